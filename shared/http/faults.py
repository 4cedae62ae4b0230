"""Every failure leaves as a problem document: our own problems, invalid input, unknown paths, and what broke."""

from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


class LastResort:
    """Tells what broke as a problem too. Pure ASGI.

    Starlette's own handler raises the fault again after it has answered, at which the server closes the connection,
    and the next request that the gateway sends over it fails for a fault that is not its own.
    """

    def __init__(self, app: ASGIApp, labels: Labels) -> None:
        self.app = app
        self._labels = labels

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as error:
            if begun:
                raise
            log.error("failed", exc_info=error)
            await _answer(Request(scope), InternalError(), self._labels)(scope, receive, send)


def tell_faults(app: FastAPI, labels: Labels) -> None:
    """Answer every exception of the app, and of middleware added before, with a problem in the caller's language."""

    def answer(request: Request, problem: Problem) -> Response:
        return _answer(request, problem, labels)

    async def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        if error.status >= InternalError.status:
            log.warning("cannot serve", problem=error.code, exc_info=error.__cause__ or error)
        return answer(request, error)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, of_validation(error.errors()))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if isinstance(error.__cause__, Problem):
            return answer(request, error.__cause__)
        kind = _BY_STATUS.get(error.status_code, InternalError)
        return answer(request, kind(headers=error.headers))

    app.add_exception_handler(Problem, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_middleware(LastResort, labels=labels)


def _answer(request: Request, problem: Problem, labels: Labels) -> Response:
    language = preferred(request.headers.get("accept-language"))
    return problem.response(labels, language, getattr(request.state, "request_id", None))


def of_validation(errors: Sequence[Any]) -> Problem:
    """Where the input is wrong and why; what was typed is never repeated."""
    if any(error["type"] == "json_invalid" for error in errors):
        return Malformed("The body is not JSON.")
    return Invalid(errors=invalid_fields(errors))


def invalid_fields(errors: Sequence[Any]) -> list[InvalidField]:
    """What pydantic found wrong, each as place and reason; at most 50."""
    return [_field(error) for error in errors[:50]]


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
    if error["type"].startswith("union_tag"):
        return "This is none of the kinds known here."
    if "email address" in error["msg"]:
        return "This is not a valid e-mail address."
    return str(error["msg"]).removeprefix("Value error, ")
