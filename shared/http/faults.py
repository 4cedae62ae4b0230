"""Every failure leaves as a problem document: our own problems, invalid input, unknown paths, and what broke."""

from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.http.problems import (
    Forbidden,
    InternalError,
    Invalid,
    InvalidField,
    Malformed,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    Unauthorised,
    Unavailable,
)
from shared.labels import Labels, preferred

log = structlog.get_logger("faults")

_BY_STATUS: dict[int, type[Problem]] = {
    kind.status: kind
    for kind in (Malformed, Unauthorised, Forbidden, NotFound, MethodNotAllowed, TooLarge, Invalid, Unavailable)
}


def tell_faults(app: FastAPI, labels: Labels) -> None:
    """Answer every exception of the app with a problem document in the caller's language."""

    def answer(request: Request, problem: Problem) -> Response:
        language = preferred(request.headers.get("accept-language"))
        return problem.response(labels, language, getattr(request.state, "request_id", None))

    async def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return answer(request, error)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, of_validation(error.errors()))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = _BY_STATUS.get(error.status_code, InternalError)
        return answer(request, kind(headers=error.headers))

    async def unknown(request: Request, error: Exception) -> Response:
        log.error("failed", exc_info=error)
        return answer(request, InternalError())

    app.add_exception_handler(Problem, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unknown)


def of_validation(errors: Sequence[Any]) -> Problem:
    """Where the input is wrong and why; what was typed is never repeated."""
    if any(error["type"] == "json_invalid" for error in errors):
        return Malformed("The body is not JSON.")
    return Invalid(errors=[_field(error) for error in errors[:50]])


def _field(error: Any) -> InvalidField:
    place, *path = error["loc"]
    steps = path if place == "body" else [place, *path]
    pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
    return InvalidField(pointer=pointer, code=error["type"], detail=_reason(error))


def _reason(error: Any) -> str:
    """The reason in words; pydantic's own words quote no input but for these kinds."""
    if error["type"] == "extra_forbidden":
        return "This field is not known here."
    if error["type"].startswith(("uuid", "date", "datetime", "json", "url")):
        return f"This is not a valid {error['type'].split('_')[0]}."
    return str(error["msg"]).removeprefix("Value error, ")
