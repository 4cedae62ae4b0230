"""Calls from one service to another: rare, small, signed, and made for a purpose."""

from datetime import timedelta
from functools import cached_property
from typing import Any

import httpx

from shared.actor import Actor
from shared.clock import Clock
from shared.http.problems import NotFound, Unavailable
from shared.security import internal_token

TIMEOUT = timedelta(seconds=5)


class Peers:
    """The other services that this one may call, each with its address and key."""

    def __init__(self, service: str, urls: dict[str, str], keys: dict[str, str], clock: Clock) -> None:
        self._service = service
        self._urls = urls
        self._keys = keys
        self._clock = clock

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        """Made with the first call: reading the trusted roots is dear, and most services call nobody."""
        return httpx.AsyncClient(timeout=TIMEOUT.total_seconds(), trust_env=False)

    async def call(
        self, peer: str, method: str, path: str, *, request_id: str, purpose: str | None = None, body: Any = None
    ) -> Any:
        """The JSON that a peer answers. Raises NotFound, or Unavailable when the peer cannot answer now."""
        actor = Actor.service(self._service, request_id, purpose)
        token = internal_token.sign(
            actor, caller=self._service, service=peer, key=self._keys[peer], now=self._clock.now()
        )
        try:
            response = await self._client.request(
                method,
                self._urls[peer] + path,
                json=body,
                headers={"Authorization": f"Bearer {token}", "X-Request-Id": request_id},
            )
        except httpx.HTTPError as error:
            raise Unavailable(f"The service {peer} cannot be reached.") from error
        if response.status_code == 404:
            raise NotFound
        if response.is_error:
            raise Unavailable(f"The service {peer} answered {response.status_code}.")
        return response.json() if response.content else None

    async def close(self) -> None:
        """Let go of the connections."""
        if "_client" in vars(self):
            await self._client.aclose()
