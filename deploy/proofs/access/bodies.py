"""Bodies that an operation would accept: those by which the world was made, or one filled in from the schema."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from deploy.proofs.access.operations import Schema, resolved

IdFor = Callable[[str], str]
"""Name of a member that holds an id -> the id to put there."""

SAMPLES: Final = ("case-management", "tamme", "EE", "housing", "30303039914", "A1", "12345678", "a@example.org", "1.0")
"""Texts of which one fits most patterns."""


class CannotFill(Exception):
    """No body can be made from the schema: the proof must be taught one."""


def aimed(body: Any, id_for: IdFor, name: str = "") -> Any:
    """A body with other ids in it; members that hold none stay without."""
    if isinstance(body, dict):
        return {member: aimed(value, id_for, member) for member, value in body.items()}
    if isinstance(body, list):
        return [aimed(value, id_for, name) for value in body]
    return id_for(name) if name.endswith("_id") and body is not None else body


class Filler:
    """Fills in schemas of one document."""

    def __init__(self, document: Mapping[str, Any], now: datetime) -> None:
        self._components = document.get("components", {}).get("schemas", {})
        self._now = now

    def fill(self, schema: Schema, name: str = "") -> Any:
        """A value that the schema allows: an example, or required members and ids alone. Raises CannotFill."""
        schema = resolved(schema, self._components)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("examples") and not name.endswith("_id"):
            return schema["examples"][0]
        match schema.get("type"):
            case "object":
                return self._object(schema)
            case "array":
                items = schema.get("prefixItems") or [schema.get("items", {})] * schema.get("minItems", 1)
                return [self.fill(item, name) for item in items]
            case "string":
                return self._text(schema)
            case "boolean":
                return True
            case "integer" | "number":
                return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        raise CannotFill(f"nothing is known that fits {name or 'the body'}")

    def _object(self, schema: Schema) -> dict[str, Any]:
        wanted = schema.get("required", ())
        return {
            name: self.fill(member, name)
            for name, member in schema.get("properties", {}).items()
            if name in wanted or name.endswith("_id")
        }

    def _text(self, schema: Schema) -> str:
        match schema.get("format"):
            case "uuid":
                return "00000000-0000-7000-8000-000000000000"
            case "date":
                return date.isoformat(self._now.date())
            case "date-time":
                return self._now.isoformat()
            case "time":
                return "10:00"
        pattern = re.compile(schema.get("pattern", ""))
        fitting = (text for text in SAMPLES if pattern.search(text) and len(text) >= schema.get("minLength", 0))
        if (text := next(fitting, None)) is None:
            raise CannotFill(f"nothing is known that fits {pattern.pattern}")
        return text[: schema.get("maxLength", len(text))]
