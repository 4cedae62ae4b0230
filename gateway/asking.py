"""Asking the services on behalf of a caller for what only several of them together can answer."""

import asyncio
import json
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from gateway.problems import ServiceDown, ServiceSlow, ToldByService
from gateway.runtime import Runtime
from shared.actor import Actor

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in which trace, and in which language words are wanted."""

    runtime: Runtime
    actor: Actor
    traceparent: str
    language: str | None = None

    async def asks(self, service: str, target: str, *, method: str = "GET", body: Any = None) -> bytes:
        """What a service answers to a question; ServiceDown when it cannot answer, ToldByService when it refuses."""
        exchange = self.runtime.exchange
        headers = exchange.signed(service, self.actor, self.traceparent)
        if self.language:
            headers.append(("accept-language", self.language))
        if body is not None:
            headers.append(("content-type", "application/json"))
        try:
            data = None if body is None else json.dumps(body).encode()
            response = await exchange.send(service, method, target, headers=headers, data=data, repeatable=True)
            answer = await exchange.read(service, response)
        except ServiceSlow as error:
            raise ServiceDown(service) from error
        if response.status >= 500:
            raise ServiceDown(service)
        if response.status != 200:
            raise ToldByService(response.status, answer)
        return answer


async def all_of(answers: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Every answer, or the problem: ServiceDown names each service that did not answer. Never a part of the whole."""
    settled = await asyncio.gather(*answers, return_exceptions=True)
    failures = [answer for answer in settled if isinstance(answer, BaseException)]
    unreached = [service for failure in failures if isinstance(failure, ServiceDown) for service in failure.services]
    if unreached:
        raise ServiceDown(*unreached)
    if failures:
        raise failures[0]
    return [answer for answer in settled if not isinstance(answer, BaseException)]
