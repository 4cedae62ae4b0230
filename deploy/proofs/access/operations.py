"""The operations of an OpenAPI document, as the proof needs them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

METHODS: Final = ("get", "post", "put", "patch", "delete")
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Parameter:
    """A part of the path or the query."""

    name: str
    in_path: bool
    required: bool
    schema: Schema

    @property
    def names_row(self) -> bool:
        """Whether its value is the id of a row."""
        return self.name.endswith("_id")


@dataclass(frozen=True)
class Operation:
    """One operation: its address, its parameters, the schema of its body, and how it may be answered."""

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Schema | None
    body_members: frozenset[str]
    statuses: frozenset[str]

    def __str__(self) -> str:
        return self.name

    @property
    def is_reading(self) -> bool:
        """Whether it only shows."""
        return self.method == "GET"

    def describes(self, status: int) -> bool:
        """Whether the document says that it may be answered so."""
        return not self.statuses.isdisjoint({str(status), f"{status // 100}XX", "default"})

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The addresses that are this operation's."""
        return re.compile(re.sub(r"\{\w+\}", "[^/]+", self.path))


def operations_of(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of a document, in the order of its paths."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield _operation(path, method, item[method], document.get("components", {}).get("schemas", {}))


def _operation(path: str, method: str, described: Schema, components: Schema) -> Operation:
    content = described.get("requestBody", {}).get("content", {})
    body = content.get("application/json", {}).get("schema")
    return Operation(
        name=described["operationId"],
        method=method.upper(),
        path=path,
        parameters=tuple(sorted(_parameters(described), key=lambda parameter: _place(parameter, path))),
        body=body,
        body_members=frozenset(_members(body or {}, components)),
        statuses=frozenset(described["responses"]),
    )


def resolved(schema: Schema, components: Schema) -> Schema:
    """The schema itself, found by its reference, or the first of several that it may be and that is not null."""
    while True:
        if "$ref" in schema:
            schema = components[schema["$ref"].rsplit("/", 1)[-1]]
        elif choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
            schema = next((choice for choice in choices if choice.get("type") != "null"), choices[0])
        else:
            return schema


def _members(schema: Schema, components: Schema) -> Iterator[str]:
    """The names of all members, of those within others and within lists too."""
    schema = resolved(schema, components)
    for name, member in schema.get("properties", {}).items():
        yield name
        yield from _members(member, components)
    if "items" in schema:
        yield from _members(schema["items"], components)


def _place(parameter: Parameter, path: str) -> int:
    """Where a parameter stands: in the order of the path, then those of the query."""
    return path.find(f"{{{parameter.name}}}") if parameter.in_path else len(path)


def _parameters(described: Schema) -> Iterator[Parameter]:
    for parameter in described.get("parameters", ()):
        if parameter.get("in") in ("path", "query"):
            in_path = parameter["in"] == "path"
            yield Parameter(parameter["name"], in_path, parameter.get("required", False), parameter["schema"])
