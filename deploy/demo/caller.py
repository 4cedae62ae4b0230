"""An agency, or the person, as a caller of the gateway: holds a token, speaks JSON, expects an outcome."""

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

PATIENCE_SECONDS = 20.0
LOOK_AGAIN_SECONDS = 0.1
_JSON = re.compile(r"[/+]json\b")


class Unexpected(Exception):
    """The system answered otherwise than the scenario says."""


class Caller:
    """Somebody who calls the gateway under a token of the sandbox's issuer."""

    def __init__(self, http: httpx.AsyncClient, secrets: Path, agency: str, scope: str) -> None:
        self.agency = agency
        self._http = http
        self._secrets = secrets
        self._scope = scope
        self._token: str | None = None

    async def post(self, path: str, body: Any, expect: int = 201, *, etag: str | None = None) -> Any:
        """What the gateway answers to a POST."""
        return await self.call("POST", path, expect, json=body, headers={"If-Match": etag} if etag else {})

    async def put(self, path: str, body: Any, expect: int = 200, *, etag: str | None = None) -> Any:
        """What the gateway answers to a PUT."""
        return await self.call("PUT", path, expect, json=body, headers={"If-Match": etag} if etag else {})

    async def get(self, path: str, expect: int = 200, **query: str) -> Any:
        """What the gateway answers to a GET."""
        return await self.call("GET", path, expect, params=query)

    async def call(self, method: str, path: str, expect: int, **more: Any) -> Any:
        """One request; its JSON, or its text where it is no JSON."""
        response = await self._answer(method, path, **more)
        if response.status_code != expect:
            raise Unexpected(f"{method} {path} answered {response.status_code}, not {expect}: {response.text}")
        return response.json() if _JSON.search(response.headers.get("content-type", "")) else response.text

    async def let_in(self, path: str, **query: str) -> None:
        """Wait until a GET is no longer refused: a consent has been signed and is on its way."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await self._answer("GET", path, params=query)).status_code == 403:
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def until(self, path: str, holds: Callable[[Any], bool], **query: str) -> Any:
        """What a GET answers as soon as something holds of it: events take a moment to travel."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not holds(answer := await self.call("GET", path, 200, params=query)):
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
        return answer

    async def _answer(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {await self.bearer()}", **more.pop("headers", {})}
        return await self._http.request(method, path, headers=headers, **more)

    def forget_token(self) -> None:
        """Ask for a new token at the next call: the clock has moved."""
        self._token = None

    async def bearer(self) -> str:
        """A token that is good now."""
        if self._token is None:
            secret = json.loads(self._secrets.read_text())[self.agency]
            form = {"grant_type": "client_credentials", "scope": self._scope}
            response = await self._http.post("/oauth2/token", data=form, auth=(self.agency, secret))
            if response.is_error:
                raise Unexpected(f"{self.agency} got no token: {response.text}")
            self._token = response.json()["access_token"]
        return self._token
