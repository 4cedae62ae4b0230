"""Refusals in an OpenAPI document: each is a problem document, and in that media type alone. Pure.

FastAPI lists a described problem as plain JSON too, and invalid input in a form of its own, which nobody is answered.
"""

from typing import Any, Final

from gateway.components import Document
from shared.http.problems import MEDIA_TYPE, Invalid, ProblemDocument

METHODS: Final = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})
PROBLEM: Final = {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}
_NEVER_ANSWERED: Final = frozenset({"HTTPValidationError", "ValidationError"})


def problem(description: str) -> dict[str, Any]:
    """The description of a response that is a problem document."""
    return {"description": description, "content": {MEDIA_TYPE: {"schema": PROBLEM}}}


def as_problems(document: Document) -> dict[str, Any]:
    """The document with its refusals as they are answered."""
    paths = {
        path: {key: _told(part) if key in METHODS else part for key, part in item.items()}
        for path, item in document.get("paths", {}).items()
    }
    components = dict(document.get("components", {}))
    if "schemas" in components:
        schemas = components["schemas"]
        components["schemas"] = {name: schema for name, schema in schemas.items() if name not in _NEVER_ANSWERED}
    return {**document, "paths": paths, "components": components}


def _told(operation: Document) -> dict[str, Any]:
    responses = operation.get("responses", {})
    return {**operation, "responses": {status: _response(response) for status, response in responses.items()}}


def _response(response: Document) -> Document:
    content = response.get("content", {})
    if MEDIA_TYPE in content:
        return {**response, "content": {MEDIA_TYPE: content[MEDIA_TYPE]}}
    name = str(content.get("application/json", {}).get("schema", {}).get("$ref", "")).rpartition("/")[2]
    return problem((Invalid.__doc__ or "").strip()) if name in _NEVER_ANSWERED else response
