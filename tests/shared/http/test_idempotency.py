"""The same POST sent twice has one effect and gets one answer."""

import asyncio
import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select, text

from shared.access.models import AccessEntry
from shared.actor import Role
from shared.ids import new_id
from tests.shared.diary import SECRET, Entry
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")


def form(**changes: Any) -> dict[str, Any]:
    return {"client_id": str(new_id()), "text": f"{SECRET} came by"} | changes


def keyed(key: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": key or str(new_id())}


async def write(client: httpx.AsyncClient, form: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
    return await client.post("/api/v1/entries", json=form, headers=headers)


async def entries_about(diary: Running, client_id: str) -> int:
    async with diary.work() as work:
        ((count,),) = await work.check(select(func.count(Entry.id)).where(Entry.client_id == UUID(client_id)))
    return int(count)


async def test_a_repeated_request_gets_the_answer_again_and_has_no_second_effect(diary: Running) -> None:
    asked, headers = form(), keyed()
    async with diary.agency("tamme") as city:
        first = await write(city, asked, headers)
        again = await write(city, asked, headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    for name in ("Location", "ETag", "Content-Type", "Cache-Control"):
        assert again.headers[name] == first.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await entries_about(diary, asked["client_id"]) == 1


async def test_an_answer_given_again_is_entered_in_the_access_log_again(diary: Running) -> None:
    asked, headers = form(), keyed()
    async with diary.agency("tamme") as city:
        await write(city, asked, headers)
        await write(city, asked, headers)
    about = select(AccessEntry).where(AccessEntry.client_id == UUID(asked["client_id"])).order_by(AccessEntry.seq)
    async with diary.work() as work:
        entries = [(entry.action, entry.ground, entry.categories) for entry in await work.all(about)]
    assert entries[-1] == ("read", "own", entries[0][2])
    assert [action for action, _, _ in entries].count("create") == 1


async def test_requests_without_a_key_are_each_carried_out(diary: Running) -> None:
    asked = form()
    async with diary.agency("tamme") as city:
        for _ in range(2):
            await write(city, asked, {})
    assert await entries_about(diary, asked["client_id"]) == 2


async def test_a_key_used_for_another_body_is_refused(diary: Running) -> None:
    headers = keyed()
    async with diary.agency("tamme") as city:
        await write(city, form(), headers)
        other = await write(city, form(), headers)
    assert other.status_code == 422
    assert other.json()["type"].endswith("/idempotency-key-reused")


async def test_a_key_used_for_another_path_is_refused(diary: Running) -> None:
    headers = keyed()
    async with diary.agency("tamme") as city:
        await write(city, form(), headers)
        other = await city.post(f"/api/v1/entries/{new_id()}/crash", headers=headers)
    assert other.status_code == 422


async def test_keys_of_different_officers_never_meet(diary: Running) -> None:
    asked, headers = form(), keyed()
    ids = set()
    for agency, officer in (("tamme", "a"), ("tamme", "b"), ("probation", "a")):
        async with diary.calls(diary.actor(agency, Role.CASE_MANAGER, officer=officer)) as client:
            made = await write(client, asked, headers)
            assert made.status_code == 201
            ids.add(made.json()["id"])
    assert len(ids) == 3


async def test_twins_at_the_same_moment_have_one_effect_and_one_answer(diary: Running) -> None:
    asked, headers = form(), keyed()
    async with diary.agency("tamme") as city:
        answers = await asyncio.gather(*(write(city, asked, headers) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert await entries_about(diary, asked["client_id"]) == 1


async def test_a_refused_request_may_be_corrected_under_its_key(diary: Running) -> None:
    headers = keyed()
    async with diary.agency("tamme") as city:
        refused = await write(city, form(mood=99), headers)
        corrected = await write(city, form(), headers)
    assert (refused.status_code, corrected.status_code) == (422, 201)


async def test_the_stored_answer_and_key_cannot_be_read_from_the_table(diary: Running) -> None:
    asked, headers = form(text=f"{SECRET} 49001010000"), keyed(f"a-key-of-{new_id()}")
    async with diary.agency("tamme") as city:
        made = await write(city, asked, headers)
    assert SECRET in made.text
    async with diary.work() as work:
        rows = (await work.execute(text("SELECT row_to_json(r)::text, sealed, headers FROM idempotent_reply r"))).all()
    assert any(made.headers["Location"] in row.headers.values() for row in rows)
    for row in rows:
        for secret in (SECRET, "49001010000", headers["Idempotency-Key"]):
            for form_of_it in (secret, secret.encode().hex()):
                assert form_of_it not in row[0]
            assert secret.encode() not in row.sealed
    assert SECRET not in json.dumps([row.headers for row in rows])


@pytest.mark.parametrize(("key", "status"), [("x" * 15, 400), ("x" * 201, 400), ("", 400), ("y" * 16, 201)])
async def test_a_key_must_be_long_enough_not_to_be_guessed(diary: Running, key: str, status: int) -> None:
    async with diary.calls(diary.actor("tamme", officer=new_id().hex)) as city:
        answer = await write(city, form(), {"Idempotency-Key": key})
    assert answer.status_code == status
