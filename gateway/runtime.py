"""A gateway at work: what every request needs, made once when it starts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import httpx
from fastapi import Depends, Request
from starlette.responses import Response
from starlette.types import Scope

from gateway.documents import Documents
from gateway.exchange import Exchange
from gateway.hygiene import inbound
from gateway.identity import Identity
from gateway.issuer import Issuer
from gateway.keys import KeySource, LocalKeys, RemoteJwks
from gateway.settings import Settings
from shared.actor import Actor
from shared.agencies import Agencies, read
from shared.clock import Clock
from shared.http.problems import NotFound, Problem
from shared.labels import Labels, preferred

LABELS: Final = Labels.read(Path(__file__).with_name("labels.yaml"))
KEYS_SECONDS: Final = 3


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts of a running gateway. There is an issuer in a sandbox only."""

    settings: Settings
    clock: Clock
    agencies: Agencies
    identity: Identity
    issuer: Issuer | None
    exchange: Exchange
    documents: Documents


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Runtime]:
    """Make the parts, and let go of their connections at the end."""
    clock = Clock(settings.clock_file if settings.sandbox else None)
    agencies = read(settings.agencies_file)
    issuer = None
    if settings.sandbox_state:
        issuer = Issuer(settings.sandbox_state, agencies, name=settings.issuer_name, audience=settings.audience)
    async with (
        Exchange(settings.peer_urls, settings.peer_keys, clock, seconds=settings.service_seconds) as exchange,
        _keys(settings, issuer) as keys,
    ):
        identity = Identity(keys, agencies, clock, issuer=settings.issuer_name, audience=settings.audience)
        documents = Documents(exchange, settings.public_url)
        yield Runtime(settings, clock, agencies, identity, issuer, exchange, documents)


@asynccontextmanager
async def _keys(settings: Settings, issuer: Issuer | None) -> AsyncIterator[KeySource]:
    if settings.jwks_url and issuer is None:
        async with httpx.AsyncClient(timeout=KEYS_SECONDS, trust_env=False) as client:
            yield RemoteJwks(settings.jwks_url, client)
    elif issuer:
        yield LocalKeys(issuer.keys)


def runtime_of(scope: Scope) -> Runtime:
    """The parts of the gateway that a request came to."""
    runtime: Runtime = scope["app"].state.runtime
    return runtime


def told(problem: Problem, scope: Scope) -> Response:
    """A problem in the language the caller prefers."""
    accepted = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"accept-language"), None)
    return problem.response(LABELS, preferred(accepted), scope["state"]["request_id"])


def _running(request: Request) -> Runtime:
    return runtime_of(request.scope)


Running = Annotated[Runtime, Depends(_running)]


async def _known(request: Request, runtime: Running) -> Actor:
    headers = inbound(request.scope["headers"])
    caller = await runtime.identity.caller(headers.authorization)
    request.state.agency = caller.agency
    return caller.actor(request.state.request_id, headers.errand)


Known = Annotated[Actor, Depends(_known)]
"""Who calls one of the gateway's own endpoints, by a bearer token."""


def in_sandbox(runtime: Running) -> None:
    """Outside a sandbox its endpoints do not exist."""
    if not runtime.settings.sandbox:
        raise NotFound
