"""How the commands call a running system: under a token that is renewed, and again while the system is away."""

import asyncio
from collections.abc import Callable, Generator, Mapping
from typing import Any

import httpx

from deploy.embedded.errors import LauncherError

API = "/api/v1"
PATIENCE_SECONDS = 120.0
PAUSES_SECONDS = (0.2, 1.0, 2.0, 5.0)
AWAY = frozenset({429, 502, 503, 504})


class Bearer(httpx.Auth):
    """A token of the issuer, asked for anew when it is no longer believed."""

    def __init__(self, issue: Callable[[], str]) -> None:
        self._issue = issue
        self._token: str | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The request with the token, and once more with a new one."""
        self._token = self._token or self._issue()
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == 401:
            self._token = self._issue()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request


class Refused(LauncherError):
    """The system answered that it will not; the problem is in `unmet` and the words."""

    def __init__(self, answer: httpx.Response) -> None:
        problem: dict[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        self.unmet = [condition["code"] for condition in problem.get("unmet", [])]
        reasons = map(_sentence, (*problem.get("unmet", ()), *problem.get("errors", ())))
        super().__init__(" ".join([f"{problem.get('title', answer.reason_phrase)} ({answer.status_code}).", *reasons]))


def _sentence(condition: Mapping[str, Any]) -> str:
    """What is wrong, and where, if it is said where."""
    return ": ".join(filter(None, (condition.get("pointer"), condition["detail"])))


class Caller:
    """Calls that are made again while the system is away; each of them may be."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def call(self, method: str, path: str, **more: Any) -> Any:
        """The JSON that a call is answered with. Raises Refused, or LauncherError when nobody answers for long."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        for pause in (*PAUSES_SECONDS, *[PAUSES_SECONDS[-1]] * 1000):
            try:
                answer = await self.http.request(method, API + path, **more)
            except httpx.TransportError as error:
                reason = str(error) or type(error).__name__
            else:
                if not answer.is_error:
                    return answer.json()
                if answer.status_code not in AWAY:
                    raise Refused(answer)
                reason = str(answer.status_code)
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(pause)
        raise LauncherError(f"Sidus does not answer: {reason}. The same command goes on where this one stopped.")
