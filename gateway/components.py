"""Components of several OpenAPI documents: which may stand once, and which need their service's name. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

Document = Mapping[str, Any]
Name = tuple[str, str]
"""A component's section and name, such as ("schemas", "ProblemDocument")."""

_REF: Final = "#/components/"
_LEFT_OUT: Final = "securitySchemes"


def listed(document: Document) -> Iterator[tuple[Name, Any]]:
    """All components of a document but its security schemes: between the parts they are not the caller's concern."""
    for section, components in document.get("components", {}).items():
        if section != _LEFT_OUT:
            for name, component in components.items():
                yield (section, name), component


def clashing(documents: Mapping[str, Document]) -> frozenset[Name]:
    """Names that several documents use for different things, if only because of what they refer to."""
    uses: dict[Name, list[Any]] = defaultdict(list)
    for document in documents.values():
        for name, component in listed(document):
            uses[name].append(component)
    shared = {name: components for name, components in uses.items() if len(components) > 1}
    clashes = {name for name, components in shared.items() if any(other != components[0] for other in components)}
    while drawn_in := {
        name
        for name, components in shared.items()
        if name not in clashes and not clashes.isdisjoint(_referred(components[0]))
    }:
        clashes |= drawn_in
    return frozenset(clashes)


def own_name(name: Name, service: str, clashes: frozenset[Name]) -> str:
    """What a component of a service is called in the merged document."""
    return f"{service}.{name[1]}" if name in clashes else name[1]


def rewritten(value: Any, service: str, clashes: frozenset[Name]) -> Any:
    """A part of a service's document with every reference led to the component's name in the merged one."""
    if isinstance(value, dict):
        return {key: rewritten(inner, service, clashes) for key, inner in value.items()}
    if isinstance(value, list):
        return [rewritten(inner, service, clashes) for inner in value]
    if name := _named(value):
        return f"{_REF}{name[0]}/{own_name(name, service, clashes)}"
    return value


def _referred(value: Any) -> Iterator[Name]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _referred(inner)
    elif name := _named(value):
        yield name


def _named(value: Any) -> Name | None:
    if not (isinstance(value, str) and value.startswith(_REF)):
        return None
    section, _, name = value.removeprefix(_REF).partition("/")
    return section, name
