"""The gateway of a running system, and those who come to it with a token of the sandbox's issuer."""

import json
import ssl
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import httpx

from tests.support.agencies import Agency, Person
from tests.support.caller import Caller, Told, version_of
from tests.support.system import LiveSystem
from tests.support.waiting import PATIENCE_SECONDS, until

# Reading the machine's certificates takes longer than most tests, and nothing here speaks TLS.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
NEEDS = {"housing": "A dry flat", "health": "Rehabilitation of the back"}


class Bearer(httpx.Auth):
    """Asks the issuer for a token at the first request, and sends it with every one."""

    def __init__(self, system: LiveSystem, agency: str, scope: str) -> None:
        self._url = f"{system.url}/oauth2/token"
        self._secrets: Path = system.data.sandbox / "clients.json"
        self._agency = agency
        self._scope = scope
        self._token: str | None = None

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """The request with its token, after the one for the token if there is none yet."""
        if self._token is None:
            secret = json.loads(self._secrets.read_text())[self._agency]
            form = {"grant_type": "client_credentials", "scope": self._scope}
            basic = httpx.BasicAuth(self._agency, secret)
            asked = httpx.Request("POST", self._url, data=form)
            answered = yield next(basic.auth_flow(asked))
            self._token = json.loads(await answered.aread())["access_token"]
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class Officer(Agency):
    """An officer whose work touches all four services."""

    async def assesses(self, client_id: str) -> dict[str, Any]:
        """Make a whole assessment with a need in two areas of life."""
        begun = {"client_id": client_id, "instrument": "initial-mapping", "kind": "initial"}
        draft = await self.sends("/assessments", begun)
        path = f"/assessments/{draft['id']}"
        words = {"client_word": "It is cold.", "network_word": "The flat is damp."}
        await self.sends(f"{path}/areas/housing", words, method="PUT", If_Match=version_of(draft))
        await self.sends(f"{path}/problems", {"description": "The flat is damp."})
        await self.sends(f"{path}/resources", {"kind": "motivation", "text": "Wants to move."})
        for area, text in NEEDS.items():
            await self.sends(f"{path}/needs", {"area": area, "text": text})
        return dict(await self.sends(f"{path}/completion", {"summary": "Housing and health hang together."}))

    async def shares_needs(self, client: dict[str, Any], with_: Agency, today: date) -> dict[str, Any]:
        """Both agencies have a case with the client, who signs that the other may see the needs found by this one."""
        for officer in (self, with_):
            if officer.code not in await self.agencies_with(client["id"]):
                await officer.opens_case(client["id"])
        return await self.records_consent(client["id"], to=with_.code, signed=today)

    async def finds_assessments(self, client_id: str) -> list[dict[str, Any]]:
        """The assessments of a client that the agency may see."""
        return list((await self.asks("/assessments", client_id=client_id))["items"])

    async def comes_to_see_assessments(self, client_id: str) -> list[dict[str, Any]]:
        """The same, as soon as a consent that is on its way has opened the door."""

        async def look() -> list[dict[str, Any]]:
            with suppress(Told):
                return await self.finds_assessments(client_id)
            return []

        return await until(look, bool)

    async def decides_at_meeting(self, case: dict[str, Any], on: date, responsible: str, text: str) -> dict[str, Any]:
        """Hold a network meeting that decides one thing, due in a month."""
        meeting = await self.sends("/meetings", _agenda(case, on))
        minutes = {
            "held_on": on.isoformat(),
            "chair": "Case manager",
            "minute_taker": "Adviser",
            "participants": [{"standing": "client"}],
            "items": ["What has been assessed"],
            "decisions": [
                {"text": text, "due_on": (on + timedelta(days=30)).isoformat(), "responsible_agency": responsible}
            ],
        }
        return dict(await self.sends(f"/meetings/{meeting['id']}/minutes", minutes))

    async def decisions_on_surveys(self, case: dict[str, Any]) -> list[dict[str, Any]]:
        """What was decided about each contact on a case, newest contact first."""
        return list((await self.asks("/triggers", case_id=case["id"]))["items"])


class StatePortal(Caller):
    """The state's portal, which shows people who used their data."""

    async def finds_usage(self, personal_code: str, *, asked_by: str | None = None) -> dict[str, Any]:
        """Who used the data of a person, asked by the person or by whom the portal let act for them."""
        headers = {"X-Road-UserId": f"EE{asked_by or personal_code}"}
        query = {"userCode": f"EE{personal_code}"}
        return dict(self._answered(await self.http.get("/tracker/v2/findUsage", params=query, headers=headers)))


def _agenda(case: dict[str, Any], on: date) -> dict[str, Any]:
    return {
        "client_id": case["client_id"],
        "case_id": case["id"],
        "aim": "Agree who does what.",
        "organiser": "mari.maasikas",
        "planned_on": on.isoformat(),
        "starts_at": "10:00",
        "ends_at": "11:00",
        "institution": "Tamme town hall",
        "agenda": [{"starts_at": "10:00", "ends_at": "11:00", "topic": "Who does what"}],
    }


class FrontDoor:
    """Whoever calls the system from outside. Connections end with the block."""

    def __init__(self, system: LiveSystem) -> None:
        self._system = system
        self._open: list[httpx.AsyncClient] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for http in self._open:
            await http.aclose()

    def http(self, agency: str | None = None, scope: str = "role:case_manager") -> httpx.AsyncClient:
        """A client of the gateway: nobody's, or one that carries an agency's token."""
        auth = Bearer(self._system, agency, scope) if agency else None
        http = httpx.AsyncClient(
            base_url=self._system.url, timeout=PATIENCE_SECONDS, trust_env=False, verify=NO_TLS, auth=auth
        )
        self._open.append(http)
        return http

    def officer(self, agency: str, role: str = "case_manager") -> Officer:
        """An officer of an agency."""
        return Officer(self.http(agency, f"role:{role}"), agency)

    def person(self, client_id: str) -> Person:
        """The person themself, through the residents' portal."""
        return Person(self.http("residents", f"role:person person:{client_id}"), client_id)

    def state_portal(self) -> StatePortal:
        """The state's portal."""
        return StatePortal(self.http("state-portal", "role:tracker"))

    async def now(self) -> datetime:
        """What time it is in the sandbox."""
        answer = await self.http("tamme").get("/sandbox/clock")
        return datetime.fromisoformat(answer.raise_for_status().json()["now"])
