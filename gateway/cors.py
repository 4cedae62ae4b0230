"""Lets browsers of the configured origins read answers; without such an origin it adds nothing."""

from typing import Final

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.runtime import runtime_of

EXPOSED: Final = ("ETag", "Link", "Location", "Retry-After", "X-Request-Id")
ALLOWED: Final = (
    "Accept-Language",
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Sidus-Case",
    "Sidus-Legal-Code",
    "Sidus-Purpose",
    "X-Request-Id",
)


class Cors:
    """CORS for the origins in the settings, which are read only when the gateway starts."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._answering: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, by way of the CORS rules where there are any."""
        if self._answering is None and scope["type"] == "http":
            self._answering = self._for(runtime_of(scope).settings.cors_origins)
        await (self._answering or self.app)(scope, receive, send)

    def _for(self, origins: list[str]) -> ASGIApp:
        if not origins:
            return self.app
        return CORSMiddleware(
            self.app,
            allow_origins=origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=ALLOWED,
            expose_headers=EXPOSED,
        )
