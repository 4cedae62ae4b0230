"""The data path: a request checked, signed and carried to its service, the response carried back. Pure ASGI."""

import re
from collections.abc import AsyncIterator
from typing import Final

import aiohttp
from aiohttp import ClientResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.body import SENT_WHOLE, Body, ClientGone
from gateway.hangup import Hangup
from gateway.hygiene import Inbound, inbound, outbound, refuse_crooked
from gateway.identity import ANYBODY
from gateway.runtime import Runtime, runtime_of, told
from gateway.upstreams import Destination, destination
from shared.http.problems import MethodNotAllowed, Problem

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_ALWAYS_REPEATABLE: Final = frozenset({"GET", "HEAD"})


class ProxyApp:
    """Everything under the services' addresses; what is none of theirs goes on to `app`.

    It stands before the router: looking through the gateway's own routes first would cost each request a tenth more.
    Streams both ways; small bodies of known length go whole.
    """

    def __init__(self, app: ASGIApp, own: re.Pattern[str]) -> None:
        self.app = app
        self._own = own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with its service's response or with a problem document."""
        where = self._service_of(scope) if scope["type"] == "http" else None
        if where is None:
            await self.app(scope, receive, send)
            return
        try:
            await _carry(runtime_of(scope), where, scope, receive, send)
        except Problem as problem:
            await told(problem, scope)(scope, receive, send)
        except ClientGone:
            return

    def _service_of(self, scope: Scope) -> Destination | None:
        path = scope["raw_path"].decode("latin-1")
        return None if self._own.fullmatch(path) else destination(path)


async def _carry(runtime: Runtime, where: Destination, scope: Scope, receive: Receive, send: Send) -> None:
    refuse_crooked(scope["raw_path"], scope["query_string"])
    path = scope["raw_path"].decode("ascii")
    scope["state"]["route"] = runtime.documents.templates.name(path, where.prefix)
    if scope["method"] not in METHODS:
        raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(METHODS))})
    request = inbound(scope["headers"])
    headers = await _signed(runtime, scope, where, request)
    body = Body(receive, ended=not request.has_body)
    with Hangup(receive, body):
        response = await _forwarded(runtime, scope, where, request, headers, body)
        try:
            await _returned(runtime, where, response, send)
        finally:
            response.close()


async def _signed(runtime: Runtime, scope: Scope, where: Destination, request: Inbound) -> list[tuple[str, str]]:
    """The headers for the service: those that may pass, and who acts."""
    state = scope["state"]
    caller = ANYBODY if where.public else await runtime.identity.caller(request.authorization)
    state["agency"] = caller.agency
    actor = caller.actor(state["request_id"], request.errand)
    return request.passing + runtime.exchange.signed(where.service, actor, state["traceparent"])


async def _forwarded(
    runtime: Runtime, scope: Scope, where: Destination, request: Inbound, headers: list[tuple[str, str]], body: Body
) -> ClientResponse:
    data: bytes | AsyncIterator[bytes] | None = None
    if request.content_length and request.content_length <= SENT_WHOLE:
        data = await body.whole()
    elif request.has_body:
        data = body.chunks()
        if request.content_length:
            headers.append(("content-length", str(request.content_length)))
    query = scope["query_string"].decode("ascii")
    target = scope["raw_path"].decode("ascii") + (f"?{query}" if query else "")
    try:
        return await runtime.exchange.send(
            where.service,
            scope["method"],
            target,
            headers=headers,
            data=data,
            repeatable=request.repeatable or scope["method"] in _ALWAYS_REPEATABLE,
        )
    except Problem:
        if body.failure is not None:
            raise body.failure from None
        raise


async def _returned(runtime: Runtime, where: Destination, response: ClientResponse, send: Send) -> None:
    start = {"type": "http.response.start", "status": response.status, "headers": outbound(response.raw_headers)}
    length = response.content_length
    if length is not None and length <= SENT_WHOLE:
        whole = await runtime.exchange.read(where.service, response)
        await send(start)
        await send({"type": "http.response.body", "body": whole})
        return
    await send(start)
    try:
        async for chunk in response.content.iter_any():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except (aiohttp.ClientError, OSError, TimeoutError):
        # The status has left already: the server closes the connection short of the body's end.
        return
    await send({"type": "http.response.body", "body": b""})
