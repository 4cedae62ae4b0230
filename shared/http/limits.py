"""A bound on bodies: said in Content-Length or counted while they arrive. Pure ASGI."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import TooLarge
from shared.labels import Labels, preferred

MOST_BYTES = 1024 * 1024
MOST_DIGITS = 20


class BodyLimit:
    """Refuses bodies over `MOST_BYTES` before anything reads them whole."""

    def __init__(self, app: ASGIApp, labels: Labels) -> None:
        self.app = app
        self._labels = labels

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        said = headers.get("content-length", "0")
        if not said.isdecimal() or len(said) > MOST_DIGITS or int(said) > MOST_BYTES:
            await self._refuse(scope, receive, send)
            return
        counted = 0

        async def counting() -> Message:
            nonlocal counted
            message = await receive()
            counted += len(message.get("body", b""))
            if counted > MOST_BYTES:
                raise TooLarge
            return message

        await self.app(scope, counting, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        language = preferred(Headers(scope=scope).get("accept-language"))
        problem = TooLarge(f"At most {MOST_BYTES} bytes are accepted.")
        await problem.response(self._labels, language, scope["state"]["request_id"])(scope, receive, send)
