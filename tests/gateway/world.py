"""A gateway on a real socket, with small services behind it that the tests direct."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.app import create_app
from gateway.runtime import Runtime
from gateway.upstreams import SERVICES
from shared.actor import Actor
from shared.clock import Clock
from shared.security import internal_token
from tests.support.waiting import PATIENCE_SECONDS, comes_true

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
KEY = "5a" * 32
CLIENT = "0198c0de-0000-7000-8000-000000000001"
MARI = "role:case_manager officer:mari.maasikas"


class _Server(uvicorn.Server):
    """A server that stops at once and leaves the process's signals alone."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(uvicorn.Config(app, http="httptools", access_log=False, log_config=None, server_header=False))
        self.stopped = asyncio.Event()

    def capture_signals(self) -> Any:
        """Nothing: the signals are pytest's."""
        return nullcontext()

    async def main_loop(self) -> None:
        """Wait for the end without ticking."""
        await self.on_tick(0)
        await self.stopped.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is open and end the application."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for task in list(self.server_state.tasks):
            task.cancel()
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)
        await self.lifespan.shutdown()


@asynccontextmanager
async def served(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """The application on a port of the loopback, a free one unless told, by its address."""
    # Named as TCP, so that asyncio sends small packets at once.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", port))
    server = _Server(app)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    await comes_true(lambda: server.started or running.done())
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.stopped.set()
        await running


@dataclass(slots=True)
class Received:
    """A request as a service saw it."""

    scope: Scope
    body: bytes = b""
    complete: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """The headers, decoded."""
        return {name.decode(): value.decode("latin-1") for name, value in self.scope["headers"]}

    def actor(self, service: str) -> Actor:
        """Who acts, by the internal token."""
        token = self.headers["authorization"].removeprefix("Bearer ")
        return internal_token.verify(token, service=service, keys={"gateway": KEY}, now=Clock().now())


Behaviour = Callable[[Received, Receive, Send], Awaitable[None]]


async def answer(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    """Send a whole response of known length."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


async def _content(received: Received, receive: Receive, send: Send) -> None:
    await read_body(received, receive)
    await answer(send, 200, b'{"ok":true}', (b"content-type", b"application/json"))


async def read_body(received: Received, receive: Receive) -> None:
    """Read the request's body to its end, or until it breaks off."""
    while not received.complete:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        received.body += message.get("body", b"")
        received.complete = not message.get("more_body", False)


@dataclass(slots=True)
class Upstream:
    """A service that remembers what it was asked and behaves as a test tells it."""

    behaviour: Behaviour = _content
    document: dict[str, Any] = field(default_factory=lambda: {"openapi": "3.1.0", "paths": {}})
    received: list[Received] = field(default_factory=list)
    looked_at: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["path"] == "/openapi.json":
            self.looked_at += 1
            await answer(send, 200, json.dumps(self.document).encode())
        elif scope["path"] == "/health/ready":
            await answer(send, 200, b"{}")
        else:
            self.received.append(Received(scope))
            await self.behaviour(self.received[-1], receive, send)

    @property
    def last(self) -> Received:
        """The latest request."""
        return self.received[-1]


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


@dataclass(slots=True)
class World:
    """A running sandbox gateway. `case` answers for all four services unless a test sends one elsewhere."""

    app: FastAPI
    url: str
    state: Path
    case: Upstream
    http: httpx.AsyncClient
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def runtime(self) -> Runtime:
        """The parts of the gateway under test."""
        runtime: Runtime = self.app.state.runtime
        return runtime

    def secret(self, agency: str) -> str:
        """The client secret of a sandbox agency."""
        return str(json.loads((self.state / "clients.json").read_text())[agency])

    async def token(self, agency: str = "tamme", scope: str = MARI) -> str:
        """A token that the sandbox issuer gives to an agency."""
        if (agency, scope) not in self._tokens:
            form = {"grant_type": "client_credentials", "scope": scope}
            given = await self.http.post("/oauth2/token", data=form, auth=(agency, self.secret(agency)))
            self._tokens[agency, scope] = given.raise_for_status().json()["access_token"]
        return self._tokens[agency, scope]

    async def asks(
        self, method: str, path: str, *, scope: str = MARI, agency: str = "tamme", **more: Any
    ) -> httpx.Response:
        """A request of an agency, with its token."""
        headers = {"Authorization": f"Bearer {await self.token(agency, scope)}", **more.pop("headers", {})}
        return await self.http.request(method, path, headers=headers, **more)

    async def raw(self, head: str, *parts: bytes) -> bytes:
        """Bytes as they are, to the gateway and back: what no well-behaved client would send."""
        reader, writer = await self.connected()
        writer.write(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n")
        for part in parts:
            writer.write(part)
            await writer.drain()
        received = await asyncio.wait_for(reader.read(65536), PATIENCE_SECONDS)
        writer.close()
        return received

    async def connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A bare connection to the gateway."""
        host, port = self.url.removeprefix("http://").split(":")
        return await asyncio.open_connection(host, int(port))


def client(**more: Any) -> httpx.AsyncClient:
    """A client that keeps to the loopback; without certificates, which take longer to read than most tests."""
    return httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS, verify=_NO_TLS, **more)


def environment(state: Path, urls: dict[str, str], **more: str) -> dict[str, str]:
    """The environment of a sandbox gateway in front of these services."""
    return {
        "SIDUS_PEER_URLS": json.dumps(urls),
        "SIDUS_PEER_KEYS": json.dumps(dict.fromkeys(SERVICES, KEY)),
        "SIDUS_SANDBOX": "true",
        "SIDUS_SANDBOX_STATE": str(state),
        "SIDUS_CLOCK_FILE": str(state / "clock"),
        "SIDUS_LOG_LEVEL": "info",
        **more,
    }


@asynccontextmanager
async def gateway_before(case: Upstream, state: Path) -> AsyncIterator[World]:
    """A gateway whose environment is set, with its client."""
    app = create_app()
    async with served(app) as address, client(base_url=address) as http:
        yield World(app, address, state, case, http)


def problem(response: httpx.Response) -> str:
    """The code of the problem document that a response carries."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    document = response.json()
    assert document["status"] == response.status_code
    assert document["request_id"] == response.headers["x-request-id"]
    return str(document["type"]).rsplit("/", 1)[-1]
