"""A record that is closed to all but named officers is closed on every path, the agency's own rows included."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import insert, select

from shared.access.categories import Category
from shared.access.models import AccessRestriction
from shared.access.projection import restrict
from shared.access.visibility import closed_to
from shared.actor import Actor, Role
from shared.events.catalog.case import RestrictionDecided
from shared.ids import new_id
from tests.shared.access.records import OTHER, OWNER, entry_of, opened, told
from tests.shared.access.scene import HOUR, NAMES, NOW, READER, SERVICE, WRITER, Scene, paths_that_show
from tests.shared.diary import Entry, Remark
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMED, UNNAMED = f"{READER}/{READER}.officer", f"{READER}/somebody.else"


@pytest_asyncio.fixture(loop_scope="session")
async def scene(diary: Running) -> Scene:
    """Two entries, both of the reading agency, so that nothing but a restriction can hide either."""
    scene = Scene(diary, client=new_id(), own=new_id(), foreign=new_id())
    async with scene.work(SERVICE) as work:
        for entry in (scene.own, scene.foreign):
            scope = {"client_id": scene.client, "category": Category.NEEDS, "owner_agency": READER}
            work.add(Entry(id=entry, text="own", **scope))
            await work.flush()
            work.add(Remark(entry_id=entry, text="own", **scope))
        await work.commit()
    return scene


async def closed(scene: Scene, **changes: Any) -> None:
    """Close the record to all but an officer of another agency, or as `changes` would have it."""
    terms = {
        "id": new_id(),
        "client_id": scene.client,
        "named": [f"{WRITER}/somebody"],
        "valid_from": NOW - HOUR,
        "valid_until": NOW + HOUR,
        "decided_at": NOW,
    }
    async with scene.work(SERVICE) as work:
        await work.execute(insert(AccessRestriction).values(terms | changes))
        await work.commit()


STATES: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "none": ([], True),
    "in force": ([{}], False),
    "in force from this moment": ([{"valid_from": NOW}], False),
    "not yet in force": ([{"valid_from": NOW + HOUR}], True),
    "over": ([{"valid_until": NOW - HOUR}], True),
    "over at this moment": ([{"valid_until": NOW}], True),
    "naming the officer": ([{"named": ["a/b", NAMED]}], True),
    "naming another officer of the agency": ([{"named": [UNNAMED]}], False),
    "naming the account at another agency": ([{"named": [f"{WRITER}/{READER}.officer"]}], False),
    "naming nobody": ([{"named": []}], False),
    "about another client": ([{"client_id": UUID(int=1)}], True),
    "two, of which one names the officer": ([{"named": [NAMED]}, {}], False),
}


@pytest.mark.parametrize("state", STATES)
async def test_own_rows_show_only_where_no_restriction_keeps_the_officer_out(scene: Scene, state: str) -> None:
    restrictions, visible = STATES[state]
    for terms in restrictions:
        await closed(scene, **terms)
    assert await paths_that_show(scene) == dict.fromkeys(NAMES, visible)


async def test_one_officers_rights_are_never_taken_for_anothers(scene: Scene) -> None:
    await closed(scene, named=[NAMED])
    for officer, visible in ((f"{READER}.officer", True), ("somebody.else", False), (f"{READER}.officer", True)):
        asking = replace(scene, officer=officer)
        assert await paths_that_show(asking) == dict.fromkeys(NAMES, visible)


async def test_a_grant_opens_nothing_of_a_closed_record(diary: Running) -> None:
    client = new_id()
    entry = await entry_of(diary, client)
    await opened(diary, client)
    await decide(diary, client)
    for agency in (OWNER, OTHER):
        async with diary.agency(agency) as officer:
            assert (await officer.get(f"/api/v1/entries/{entry}")).status_code == 404
    assert await told(diary, client) == []


@pytest.mark.parametrize("who", ["person", "service"])
async def test_the_person_and_sidus_itself_are_never_shut_out(scene: Scene, who: str) -> None:
    await closed(scene)
    actor = SERVICE if who == "service" else scene.diary.actor("residents", Role.PERSON, person=scene.client)
    async with scene.work(actor) as work:
        assert len(await work.all(select(Entry).where(Entry.client_id == scene.client))) == 2
        assert await work.check(select(closed_to(actor, scene.client, NOW))) == [(False,)]


async def test_a_check_can_ask_whether_a_record_is_closed(scene: Scene) -> None:
    await closed(scene, named=[NAMED])
    for officer, shut_out in (("somebody.else", True), (f"{READER}.officer", False)):
        actor: Actor = scene.diary.actor(READER, officer=officer)
        async with scene.work(actor) as work:
            assert await work.check(select(closed_to(actor, scene.client, NOW))) == [(shut_out,)]


async def test_an_answer_given_before_is_not_given_again_once_the_record_is_closed(diary: Running) -> None:
    client, key = new_id(), {"Idempotency-Key": str(new_id())}
    body = {"client_id": str(client), "text": "came by"}
    async with diary.agency(OWNER) as city:
        assert (await city.post("/api/v1/entries", json=body, headers=key)).status_code == 201
        assert (await city.post("/api/v1/entries", json=body, headers=key)).status_code == 201
        await decide(diary, client)
        assert (await city.post("/api/v1/entries", json=body, headers=key)).status_code == 404


async def decide(
    diary: Running, client: UUID, *, restriction: UUID | None = None, named: str = "a/b", at: datetime | None = None
) -> RestrictionDecided:
    """Follow a decision that closes a record for an hour from when it is taken."""
    at = at or diary.runtime.clock.now()
    event = RestrictionDecided(
        client_id=client,
        restriction_id=restriction or new_id(),
        named=[named],
        valid_from=at,
        valid_until=at + HOUR,
        decided_at=at,
    )
    async with diary.work() as work:
        await restrict(event, work)
        await work.commit()
    return event


async def test_each_decision_takes_the_place_of_the_one_before_in_whatever_order_they_come(diary: Running) -> None:
    client, restriction, now = new_id(), new_id(), diary.runtime.clock.now()
    entry = await entry_of(diary, client)
    me = f"{OWNER}/{OWNER}.officer"
    for named, at, status in (
        ("a/b", now - timedelta(minutes=3), 404),
        (me, now - timedelta(minutes=1), 200),
        ("a/b", now - timedelta(minutes=2), 200),
        ("a/b", now, 404),
    ):
        await decide(diary, client, restriction=restriction, named=named, at=at)
        async with diary.agency(OWNER) as city:
            assert (await city.get(f"/api/v1/entries/{entry}")).status_code == status
