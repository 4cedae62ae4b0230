"""The services' OpenAPI documents, fetched and merged; merged anew only when one of them has changed."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from aiohttp import ClientTimeout

from gateway.exchange import Exchange
from gateway.openapi import OWN, merge
from gateway.templates import Templates
from gateway.upstreams import SERVICES
from shared.http.problems import Problem

FRESH_SECONDS: Final = 10
FETCH_TIMEOUT: Final = ClientTimeout(total=3)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A service's document and the digest by which a change is noticed."""

    digest: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged document as it is served, with its entity tag."""

    body: bytes
    etag: str


class Documents:
    """Knows the interface of every service that has answered at least once."""

    def __init__(self, exchange: Exchange, public_url: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.templates = Templates()
        self._exchange = exchange
        self._public_url = public_url
        self._monotonic = monotonic
        self._known: dict[str, Fetched] = {}
        self._merged: Merged | None = None
        self._looked = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    @property
    def missing(self) -> frozenset[str]:
        """Services whose document was never seen."""
        return SERVICES - self._known.keys()

    async def refresh(self) -> None:
        """Ask the services for their documents, at most every ten seconds; one that is down keeps its last word."""
        async with self._one_at_a_time:
            if self._monotonic() - self._looked < FRESH_SECONDS:
                return
            if any(await asyncio.gather(*(self._fetched_anew(service) for service in SERVICES))):
                self._merged = None
                self.templates = Templates(path for known in self._known.values() for path in known.document["paths"])
            self._looked = self._monotonic()

    async def merged(self, own: Callable[[], Mapping[str, Any]]) -> Merged:
        """The whole interface as it is now; `own` makes the gateway's part of it."""
        await self.refresh()
        if self._merged is None:
            documents = {OWN: own()} | {service: self._known[service].document for service in sorted(self._known)}
            document = merge(documents, public_url=self._public_url, unavailable=self.missing)
            body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
            self._merged = Merged(body, f'"{sha256(body).hexdigest()[:32]}"')
        return self._merged

    async def _fetched_anew(self, service: str) -> bool:
        """Ask one service for its document; whether it has a new one."""
        try:
            response = await self._exchange.send(service, "GET", "/openapi.json", within=FETCH_TIMEOUT)
            body = await self._exchange.read(service, response)
            digest = sha256(body).hexdigest()
            if response.status != 200 or (service in self._known and self._known[service].digest == digest):
                return False
            document = json.loads(body)
            self._known[service] = Fetched(digest, {"paths": {}, **document})
        except (Problem, ValueError, TypeError):
            return False
        return True
