"""Names a request by its route, so that no log line or metric carries an id from a path."""

from collections.abc import Iterable
from dataclasses import dataclass, field

_ANY = "{}"


@dataclass(slots=True)
class _Node:
    template: str | None = None
    children: dict[str, "_Node"] = field(default_factory=dict)


class Templates:
    """The services' path templates, as their OpenAPI documents list them."""

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self._root = _Node()
        for path in paths:
            node = self._root
            for part in path.split("/"):
                node = node.children.setdefault(_ANY if part.startswith("{") else part, _Node())
            node.template = path

    def name(self, path: str, prefix: str) -> str:
        """The template that a path follows; where none is known, its prefix with the rest left out."""
        return _find(self._root, path.split("/"), 0) or f"{prefix}/…"


def _find(node: _Node, parts: list[str], depth: int) -> str | None:
    if depth == len(parts):
        return node.template
    for part in (parts[depth], _ANY):
        child = node.children.get(part)
        if child and (template := _find(child, parts, depth + 1)):
            return template
    return None
