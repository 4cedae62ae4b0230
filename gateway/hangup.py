"""Stops work for a caller who has hung up, so that a service does not go on for nobody."""

import asyncio
from types import TracebackType
from typing import Final, Self

from starlette.types import Receive

from gateway.body import Body

PATIENCE_SECONDS: Final = 0.05
"""Most requests are over before this, and never pay for being watched."""


class Hangup:
    """While open, cancels the task it was opened in when the caller disconnects, and swallows that cancellation."""

    def __init__(self, receive: Receive, body: Body) -> None:
        self._receive = receive
        self._body = body
        self._watcher: asyncio.Task[None] | None = None
        self._gone = False

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._timer = self._loop.call_later(PATIENCE_SECONDS, self._watch)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        if not (self._gone and kind is asyncio.CancelledError and self._task):
            return False
        self._task.uncancel()
        return True

    def _watch(self) -> None:
        # Until the body has ended it is the body's reader that hears of a disconnect.
        if self._body.ended:
            self._watcher = self._loop.create_task(self._until_gone())
        else:
            self._timer = self._loop.call_later(PATIENCE_SECONDS, self._watch)

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            continue
        self._gone = True
        if self._task is not None:
            self._task.cancel()
