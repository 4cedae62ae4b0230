"""The gateway's side of the conversation with the services: one pooled client, and who acts signed for each."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType
from typing import Final, Self

import aiohttp
from aiohttp import ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from yarl import URL

from gateway.problems import ServiceDown, ServiceSlow
from shared.actor import Actor
from shared.clock import Clock
from shared.security.internal_token import sign

CALLER: Final = "gateway"
CONNECTIONS: Final = 512
KEPT_SECONDS: Final = 30
"""Shorter than the services keep an idle connection, so that none is used just as it closes."""

CONNECT_SECONDS: Final = 1
PAUSES: Final = (0.05, 0.2)
"""Seconds, at the most, before each further attempt to connect for a request that may be repeated."""

Headers = Iterable[tuple[str, str]] | Mapping[str, str]


class Exchange:
    """Sends requests to services over kept connections. Never follows a redirect, never unpacks a body."""

    def __init__(self, urls: Mapping[str, str], keys: Mapping[str, str], clock: Clock, *, seconds: float) -> None:
        self._urls = {service: url.rstrip("/") for service, url in urls.items()}
        self._keys = keys
        self._clock = clock
        self._timeout = ClientTimeout(total=None, sock_read=seconds, sock_connect=CONNECT_SECONDS)

    async def __aenter__(self) -> Self:
        self._session = ClientSession(
            connector=TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEPT_SECONDS),
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    def signed(self, service: str, actor: Actor, traceparent: str) -> list[tuple[str, str]]:
        """The headers that tell a service who acts, in which request and trace."""
        token = sign(actor, caller=CALLER, service=service, key=self._keys[service], now=self._clock.now())
        return [
            ("authorization", f"Bearer {token}"),
            ("x-request-id", actor.request_id),
            ("traceparent", traceparent),
        ]

    async def send(
        self,
        service: str,
        method: str,
        target: str,
        *,
        headers: Headers = (),
        data: bytes | AsyncIterator[bytes] | None = None,
        repeatable: bool = False,
        within: ClientTimeout | None = None,
    ) -> ClientResponse:
        """A service's response, its body still to be read; ServiceDown or ServiceSlow when there is none.

        `target` is path and query as they are to be sent. Where no connection could be made, nothing was sent,
        so a `repeatable` request is tried again.
        """
        url = URL(self._urls[service] + target, encoded=True)
        timeout = within or self._timeout
        pauses = iter(PAUSES if repeatable else ())
        while True:
            try:
                return await self._session.request(
                    method, url, headers=headers, data=data, allow_redirects=False, timeout=timeout
                )
            except TimeoutError as error:
                raise ServiceSlow(service) from error
            except aiohttp.ClientConnectorError as error:
                pause = next(pauses, None)
                if pause is None:
                    raise ServiceDown(service) from error
                await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 - spreads retries, guards nothing
            except (aiohttp.ClientError, OSError) as error:
                raise ServiceDown(service) from error

    async def read(self, service: str, response: ClientResponse) -> bytes:
        """The rest of a response; ServiceDown or ServiceSlow when it breaks off."""
        try:
            return await response.read()
        except TimeoutError as error:
            raise ServiceSlow(service) from error
        except (aiohttp.ClientError, OSError) as error:
            raise ServiceDown(service) from error
        finally:
            response.close()
