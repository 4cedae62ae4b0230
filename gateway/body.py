"""A request's body on its way to a service."""

from collections.abc import AsyncIterator
from typing import Final

from starlette.types import Receive

from shared.http.problems import TooLarge

SENT_WHOLE: Final = 64 * 1024
"""Bodies known to be no longer than this pass as one piece; longer or unknown ones stream."""


class ClientGone(Exception):
    """The caller closed its connection; there is nobody to answer."""


class Body:
    """What is left of one body. `ended` once all of it was read; `failure` says why it never will be."""

    def __init__(self, receive: Receive, *, ended: bool) -> None:
        self._receive = receive
        self.ended = ended
        self.failure: TooLarge | ClientGone | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body piece by piece; raises `failure` when it grows too large or the caller is gone."""
        while not self.ended:
            try:
                message = await self._receive()
            except TooLarge as problem:
                self.failure = problem
                raise
            if message["type"] == "http.disconnect":
                self.failure = ClientGone()
                raise self.failure
            self.ended = not message.get("more_body", False)
            if chunk := message.get("body", b""):
                yield chunk

    async def whole(self) -> bytes:
        """The body in one piece."""
        return b"".join([chunk async for chunk in self.chunks()])
