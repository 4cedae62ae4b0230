"""A case manager at the API of the assessment service, and the grants that reach the service as events."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.assessment.handlers import SUBSCRIPTIONS
from shared.access.categories import Category, Ground
from shared.events.catalog.case import GrantClosed, GrantOpened
from shared.events.envelope import Event
from tests.support.service import Running

ASSESSMENTS = "/api/v1/assessments"
Json = dict[str, Any]


class Office:
    """What a case manager does; answers are the raw responses."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def starts(self, client_id: str, **changes: Any) -> httpx.Response:
        form = {"client_id": client_id, "instrument": "initial-mapping", "kind": "initial"}
        return await self.http.post(ASSESSMENTS, json=form | changes)

    async def describes(self, draft: Json, area: str, tag: str | None = None, **words: Any) -> httpx.Response:
        tag = tag or f'"{draft["version"]}"'
        path = f"{ASSESSMENTS}/{draft['id']}/areas/{area}"
        return await self.http.put(path, json=words, headers={"If-Match": tag})

    async def records(self, draft: Json, what: str, **words: Any) -> httpx.Response:
        return await self.http.post(f"{ASSESSMENTS}/{draft['id']}/{what}", json=words)

    async def completes(self, draft: Json, summary: str = "Kokkuvõte") -> httpx.Response:
        return await self.records(draft, "completion", summary=summary)

    async def reads(self, assessment: Json) -> httpx.Response:
        return await self.http.get(f"{ASSESSMENTS}/{assessment['id']}")

    async def lists(self, client_id: str, **query: Any) -> httpx.Response:
        return await self.http.get(ASSESSMENTS, params={"client_id": client_id} | query)

    async def has_a_draft(self, client_id: str) -> Json:
        return made(await self.starts(client_id))

    async def has_all_but_completed(self, client_id: str, needs: Iterable[str] = ("housing", "health")) -> Json:
        """A draft that lacks nothing, with a need in each of these areas."""
        draft = await self.has_a_draft(client_id)
        made(await self.describes(draft, "housing", client_word="Korter on külm"))
        made(await self.records(draft, "problems", description="Korter on külm"))
        draft = made(await self.records(draft, "resources", kind="motivation", text="Tahab kolida"))
        for area in needs:
            draft = made(await self.records(draft, "needs", area=area, text="Vajab abi"))
        return draft

    async def has_assessed(self, client_id: str, needs: Iterable[str] = ("housing", "health")) -> Json:
        """A completed assessment with a need in each of these areas."""
        return made(await self.completes(await self.has_all_but_completed(client_id, needs)))


def made(response: httpx.Response) -> Json:
    """The body of a response that must be a success."""
    assert response.is_success, response.text
    body: Json = response.json()
    return body


def codes(response: httpx.Response) -> list[str]:
    """The codes of the unmet conditions that a refusal names."""
    return [condition["code"] for condition in response.json()["unmet"]]


def pointers(response: httpx.Response) -> list[str]:
    """Where the input was wrong."""
    return [error["pointer"] for error in response.json()["errors"]]


def somebody() -> str:
    """A client nobody has assessed yet."""
    return str(uuid4())


async def consents(running: Running, client_id: str, *, owner: str = "tamme", grantee: str, **terms: Any) -> UUID:
    """The client agrees that the grantee sees the owner's needs; answers the grant, to be withdrawn by."""
    opened = {
        "client_id": client_id,
        "grant_id": uuid4(),
        "grantee": grantee,
        "source_agency": owner,
        "categories": [Category.NEEDS],
        "ground": Ground.CONSENT,
        "valid_from": running.runtime.clock.now() - timedelta(minutes=1),
    }
    event = GrantOpened.model_validate(opened | terms)
    await _arrives(running, event)
    return event.grant_id


async def withdraws(running: Running, client_id: str, grant_id: UUID) -> None:
    """The client no longer agrees."""
    await _arrives(running, GrantClosed(client_id=UUID(client_id), grant_id=grant_id))


async def _arrives(running: Running, event: Event) -> None:
    (subscription,) = (one for one in SUBSCRIPTIONS if type(event) in one.handlers)
    async with running.work() as work:
        await subscription.handlers[type(event)](event, work)
        await work.commit()
