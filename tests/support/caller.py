"""What every driver is made of: a call that answers with what was asked for, or with the problem it was told."""

from collections.abc import Awaitable
from typing import Any

import httpx
import pytest

API = "/api/v1"


class Told(Exception):
    """A problem document, as a caller receives it."""

    def __init__(self, response: httpx.Response) -> None:
        assert response.headers["Content-Type"] == "application/problem+json", response.text
        self.status = response.status_code
        self.headers = response.headers
        self.document: dict[str, Any] = response.json()
        assert self.document["status"] == self.status
        assert self.document["request_id"] == response.headers["X-Request-Id"]
        super().__init__(f"{self.status} {response.text}")

    @property
    def code(self) -> str:
        """The stable name of the problem."""
        return str(self.document["type"]).rsplit("/", 1)[1]

    @property
    def unmet(self) -> list[str]:
        """The codes of the conditions that are not met."""
        return [condition["code"] for condition in self.document.get("unmet", [])]

    @property
    def pointers(self) -> list[str]:
        """The places of the input that are wrong."""
        return [error["pointer"] for error in self.document.get("errors", [])]


async def told(call: Awaitable[Any], status: int) -> Told:
    """The problem that a call is answered with; fails when it is not answered with one of this status."""
    with pytest.raises(Told) as answer:
        await call
    assert answer.value.status == status, answer.value
    return answer.value


class Caller:
    """Somebody who calls Sidus over any HTTP client that carries their credentials."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def asks(self, path: str, **query: Any) -> Any:
        """What a GET answers."""
        return self._answered(await self.http.get(API + path, params=query))

    async def sends(self, path: str, body: Any = None, *, method: str = "POST", **headers: str) -> Any:
        """What a request with a body answers; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._answered(await self.http.request(method, API + path, json=body or {}, headers=named))

    async def who_looked(self, client_id: str, *, service: str = "case") -> list[dict[str, Any]]:
        """The access log of a service on a client, newest first."""
        page = await self.asks(f"/{service}/access-log", client_id=client_id, limit=100)
        return list(page["items"])

    async def sources_of(self, client_id: str) -> dict[str, dict[str, Any]]:
        """Where each value of the record came from, by JSON pointer."""
        return dict((await self.asks(f"/clients/{client_id}/provenance"))["fields"])

    async def history_of(self, client_id: str, field: str) -> list[dict[str, Any]]:
        """What a field of the record says and said, newest first."""
        return list((await self.asks(f"/clients/{client_id}/history", field=field))["items"])

    async def consents_of(self, client_id: str) -> list[dict[str, Any]]:
        """The client's consents that the caller may see."""
        return list((await self.asks(f"/clients/{client_id}/consents"))["items"])

    async def searches_log(self, **wanted: Any) -> list[dict[str, Any]]:
        """The merged log of all services that an officer who watches asks for, newest first."""
        return list((await self.asks("/access-log", **wanted, limit=100))["items"])

    async def withdraws(self, consent: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        """Withdraw a consent; answers with the receipt."""
        return dict(await self.sends(f"{_at(consent)}/withdrawal", {"reason": reason} if reason else {}))

    async def signs_offer(self, consent: dict[str, Any], signed: dict[str, Any]) -> dict[str, Any]:
        """Agree to what was offered."""
        return dict(await self.sends(f"{_at(consent)}/signature", signed))

    async def narrows(self, consent: dict[str, Any], **less: Any) -> dict[str, Any]:
        """Let a consent open less, or end earlier; answers with the consent's receipt."""
        return dict(await self.sends(f"{_at(consent)}/narrowing", less))

    async def consent_receipt(self, consent: dict[str, Any]) -> dict[str, Any]:
        """All there is to show of a consent."""
        return dict(await self.asks(f"{_at(consent)}/receipt"))

    async def receipt_of(self, consent: dict[str, Any]) -> dict[str, Any]:
        """When each service had applied the withdrawal of a consent."""
        return dict(await self.asks(f"{_at(consent)}/withdrawal"))

    async def asks_to_put_right(self, client_id: str, section: str, **claimed: Any) -> dict[str, Any]:
        """Say that fields of a section are wrong, and what they should say."""
        form = {"section": section, "claimed": claimed}
        return dict(await self.sends(f"/clients/{client_id}/rectifications", form))

    @staticmethod
    def _answered(response: httpx.Response) -> Any:
        if response.is_error:
            raise Told(response)
        return response.json()


def _at(consent: dict[str, Any]) -> str:
    return f"/clients/{consent['client_id']}/consents/{consent['id']}"


def version_of(resource: dict[str, Any]) -> str:
    """The If-Match value that names the version of a resource as the caller has seen it."""
    return f'"{resource["version"]}"'
