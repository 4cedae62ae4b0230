"""What surrounds every request: its id, its trace, its line in the log and the measure of it. Pure ASGI."""

import re
import time
from collections.abc import Iterable
from secrets import token_hex

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.ids import new_id
from shared.telemetry.metrics import REQUEST_SECONDS

log = structlog.get_logger("http")

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._:-]{1,128}$")
_TRACEPARENT = re.compile(r"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$")
UNROUTED = "(unrouted)"


def request_id_of(headers: Headers) -> str:
    """The caller's X-Request-Id where it is well formed, else a new one."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.match(given) else str(new_id())


def traceparent_of(headers: Headers) -> str:
    """The caller's W3C traceparent where it is valid, else the start of a new trace."""
    given = headers.get("traceparent", "")
    return given if _TRACEPARENT.match(given) else f"00-{token_hex(16)}-{token_hex(8)}-01"


class RequestContext:
    """Gives each request an id and a trace, and leaves one log line and one measurement for it.

    The line carries method, route template, status, duration and agency: nothing that a person could be known by.
    """

    def __init__(self, app: ASGIApp, *, quiet: Iterable[str] = ("/health/live", "/health/ready", "/metrics")) -> None:
        self.app = app
        self._quiet = frozenset(quiet)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id = request_id_of(headers)
        state["traceparent"] = trace = traceparent_of(headers)
        status = 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        structlog.contextvars.bind_contextvars(request_id=request_id, trace_id=trace[3:35])
        started = time.perf_counter()
        try:
            await self.app(scope, receive, told)
        finally:
            if scope["path"] not in self._quiet:
                self._leave_line(scope, status, time.perf_counter() - started)
            structlog.contextvars.clear_contextvars()

    @staticmethod
    def _leave_line(scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        REQUEST_SECONDS.labels(scope["method"], route, f"{status // 100}xx").observe(seconds)
        log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            agency=scope["state"].get("agency"),
        )


def route_of(scope: Scope) -> str:
    """The template of the route that answered, such as `/api/v1/clients/{client_id}`."""
    given: str | None = scope["state"].get("route")
    if given is not None:
        return given
    if scope.get("route") is None:
        return UNROUTED
    names = {str(value): name for name, value in scope.get("path_params", {}).items()}
    return "/".join(f"{{{names[step]}}}" if step in names else step for step in scope["path"].split("/"))
