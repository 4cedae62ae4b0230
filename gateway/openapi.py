"""One OpenAPI 3.1 document of the whole interface, merged from the services' own. Pure: works on documents alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from gateway.components import Document, clashing, listed, own_name, rewritten
from gateway.refusals import METHODS, as_problems, problem
from gateway.upstreams import destination
from shared.http.problems import ProblemDocument

OWN: Final = "gateway"
OPEN: Final[dict[str, Any]] = {"security": []}
"""The `openapi_extra` of an operation that needs no token."""

_GATEWAY_RESPONSES: Final = {
    "400": "The address, a header or the body is malformed.",
    "401": "There is no valid bearer token.",
    "403": "The agency, or its role, may not do this.",
    "413": "The body is larger than 1 MiB.",
    "431": "The headers are larger than 32 KiB together.",
    "503": "A part that is needed is down for the moment; see Retry-After.",
    "504": "The service did not answer in time.",
}
_FOR_KNOWN_CALLERS: Final = frozenset({"401", "403"})
_ERRAND_PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "Sidus-Purpose": {
        "description": "What the request is made for, as a code.",
        "schema": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,63}$"},
    },
    "Sidus-Case": {
        "description": "The case the request is made for.",
        "schema": {"type": "string", "format": "uuid"},
    },
    "Sidus-Legal-Code": {
        "description": "The legal code the request rests on.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9.:_/-]{0,63}$"},
    },
}


def merge(documents: Mapping[str, Document], *, public_url: str, unavailable: Iterable[str] = ()) -> dict[str, Any]:
    """The documents (service name -> its document; the gateway's own under `gateway`) as one.

    Paths that cannot be reached from outside are left out. A component that two services define alike stands
    once; one they define differently gets its service's name before its own. `unavailable` names services
    whose document is missing.
    """
    documents = {service: as_problems(document) for service, document in documents.items()}
    clashes = clashing(documents)
    repeated = _repeated_operations(documents)
    paths: dict[str, Any] = {}
    components: dict[str, dict[str, Any]] = defaultdict(dict)
    for service, document in documents.items():
        for name, component in listed(document):
            components[name[0]][own_name(name, service, clashes)] = rewritten(component, service, clashes)
        for path, item in _reachable(service, document):
            told_apart = _told_apart(rewritten(item, service, clashes), service, repeated)
            paths[path] = paths.get(path, {}) | told_apart
    merged = {
        "openapi": "3.1.0",
        "info": _info(documents.get(OWN, {})),
        "servers": [{"url": public_url}],
        "security": [{"token": []}],
        "tags": _tags(documents.values()),
        "paths": dict(sorted(paths.items())),
        "components": _completed(components, public_url),
    }
    missing = sorted(unavailable)
    return merged | ({"x-unavailable": missing} if missing else {})


def _reachable(service: str, document: Document) -> Iterator[tuple[str, Any]]:
    """The paths that lead somewhere from outside, with what the gateway adds to their operations."""
    for path, item in document.get("paths", {}).items():
        if service == OWN:
            yield path, item
        elif where := destination(path):
            yield path, {key: _carried(part, where.public) if key in METHODS else part for key, part in item.items()}


def _carried(operation: Document, public: bool) -> dict[str, Any]:
    """An operation as it is seen through the gateway."""
    carried = {key: part for key, part in operation.items() if key != "security"}
    added = _GATEWAY_RESPONSES.keys() - (_FOR_KNOWN_CALLERS if public else frozenset())
    responses = {status: problem(_GATEWAY_RESPONSES[status]) for status in sorted(added)}
    carried["responses"] = responses | operation.get("responses", {})
    if public:
        return carried | OPEN
    errand = [{"$ref": f"#/components/parameters/{name}"} for name in _ERRAND_PARAMETERS]
    return carried | {"parameters": [*operation.get("parameters", []), *errand]}


def _operations(item: Document) -> Iterator[dict[str, Any]]:
    return (operation for method, operation in item.items() if method in METHODS)


def _repeated_operations(documents: Mapping[str, Document]) -> frozenset[str]:
    ids = Counter(
        operation.get("operationId")
        for service, document in documents.items()
        for _, item in _reachable(service, document)
        for operation in _operations(item)
    )
    return frozenset(name for name, times in ids.items() if name and times > 1)


def _told_apart(item: dict[str, Any], service: str, repeated: frozenset[str]) -> dict[str, Any]:
    for operation in _operations(item):
        if operation.get("operationId") in repeated:
            operation["operationId"] = f"{service}_{operation['operationId']}"
    return item


def _info(own: Document) -> dict[str, Any]:
    return {"title": "Sidus", "version": "1", **own.get("info", {})}


def _tags(documents: Iterable[Document]) -> list[dict[str, Any]]:
    """Every tag once, described where any document describes it, in the order they are met."""
    tags: dict[str, dict[str, Any]] = {}
    for document in documents:
        for tag in document.get("tags", []):
            tags.setdefault(tag["name"], {}).update(tag)
        for item in document.get("paths", {}).values():
            for operation in _operations(item):
                for name in operation.get("tags", []):
                    tags.setdefault(name, {"name": name})
    return list(tags.values())


def _completed(components: Mapping[str, dict[str, Any]], public_url: str) -> dict[str, Any]:
    """The components with those that the gateway itself brings."""
    shape = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = {**shape.pop("$defs", {}), ProblemDocument.__name__: shape, **components.get("schemas", {})}
    errand = {name: {"name": name, "in": "header", "required": False, **p} for name, p in _ERRAND_PARAMETERS.items()}
    return {
        **components,
        "schemas": dict(sorted(schemas.items())),
        "parameters": {**components.get("parameters", {}), **errand},
        "securitySchemes": {"token": _token_scheme(public_url)},
    }


def _token_scheme(public_url: str) -> dict[str, Any]:
    flow = {"tokenUrl": f"{public_url}/oauth2/token", "scopes": {"role:case_manager": "Act as a case manager."}}
    return {"type": "oauth2", "flows": {"clientCredentials": flow}}
