"""What the other services are told of an assessment: ids and codes, and none of the client's words."""

import json
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from shared.events.models import Outgoing
from tests.assessment.office import Office, consents, made, somebody, withdraws
from tests.support.service import Running


async def told_of(running: Running, client_id: str) -> list[dict[str, Any]]:
    """The events committed about a client, in order."""
    async with running.work() as work:
        rows = await work.session.scalars(select(Outgoing).order_by(Outgoing.seq))
        return [row.envelope for row in rows if row.envelope["data"]["client_id"] == client_id]


async def test_completion_is_announced_with_areas_of_need_and_no_words(assessment: Running, city: Office) -> None:
    client, case = somebody(), str(uuid4())
    draft = made(await city.starts(client, case_id=case))
    made(await city.describes(draft, "housing", client_word="Salasõna"))
    made(await city.records(draft, "problems", description="Salasõna"))
    made(await city.records(draft, "resources", kind="motivation", text="Salasõna"))
    for area in ("health", "economic-coping", "health"):
        made(await city.records(draft, "needs", area=area, text="Salasõna"))
    assert await told_of(assessment, client) == []

    made(await city.completes(draft, "Salasõna"))

    (event,) = await told_of(assessment, client)
    assert event["type"] == "sidus.assessment.assessment.completed.v1"
    assert event["subject"] == f"evt.assessment.assessment.completed.{draft['id']}"
    assert event["data"] == {
        "client_id": client,
        "case_id": case,
        "assessment_id": draft["id"],
        "instrument": "initial-mapping",
        "instrument_version": 1,
        "areas": ["economic-coping", "health"],
        "complex_need": True,
    }
    assert "Salasõna" not in json.dumps(event, ensure_ascii=False)


async def test_a_refused_completion_announces_nothing(assessment: Running, city: Office) -> None:
    client = somebody()
    draft = await city.has_a_draft(client)

    assert (await city.completes(draft)).status_code == 409

    assert await told_of(assessment, client) == []


async def test_the_service_says_when_it_has_applied_a_grant_and_its_end(assessment: Running) -> None:
    client = somebody()
    grant = await consents(assessment, client, grantee="unemployment-fund")
    await withdraws(assessment, client, grant)

    told = [(event["type"], event["data"]["change"]) for event in await told_of(assessment, client)]

    assert told == [
        ("sidus.assessment.grant.applied.v1", "opened"),
        ("sidus.assessment.grant.applied.v1", "closed"),
    ]
