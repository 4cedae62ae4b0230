"""Poison: what cannot be handled is set aside where it can be read and replayed, and holds up nobody else."""

from typing import Any

import pytest
from nats.js import JetStreamContext
from sqlalchemy import text

from shared.actor import Role
from shared.ids import new_id
from tests.shared.events.world import Subject, World, count, heard, letter, publish, waiting
from tests.support.service import Running
from tests.support.waiting import eventually

LETTERS = "/api/v1/assessment/dead-letters"


def operator(listener: Running) -> Any:
    return listener.calls(listener.actor("tamme", Role.OPERATOR))


async def read(listener: Running) -> list[dict[str, Any]]:
    """The dead letters as an operator reads them."""
    async with operator(listener) as client:
        answer = await client.get(LETTERS)
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def errors(listener: Running) -> list[str]:
    return sorted(item["error"] for item in await read(listener))


async def test_a_handler_that_fails_for_ever_makes_one_dead_letter_and_holds_up_nobody(
    world: World, js: JetStreamContext
) -> None:
    subject, other = Subject(), Subject()
    world.ears.faults[1] = LookupError("49001010000")
    async with world.listener() as listener:
        await publish(js, letter(subject, 1), letter(subject, 2), letter(other, 3))
        await eventually(lambda: heard(listener, other), [3])
        await eventually(lambda: heard(listener, subject), [2])
        await eventually(lambda: waiting(js), 0)
        (found,) = await read(listener)
        assert found["consumer"] == "assessment-on-case"
        assert found["subject"] == f"evt.case.case.opened.{subject.id}"
        assert (found["error"], found["attempts"], found["replayed_at"]) == ("LookupError", 6, None)
        assert world.ears.tried.count(1) == 6


POISON: dict[str, tuple[bytes | None, dict[str, Any]]] = {
    "no JSON": (b"{", {}),
    "no envelope": (b"{}", {}),
    "not UTF-8": (b"\xff\xfe", {}),
    "NUL": (b'{"id": "\\u0000"}\0', {}),
    "nothing": (b"", {}),
    "data of another shape": (None, {"data": {"client_id": "somebody"}}),
}


@pytest.mark.parametrize("what", POISON)
async def test_an_event_of_the_wrong_shape_is_set_aside_at_once(what: str, world: World, js: JetStreamContext) -> None:
    body, changes = POISON[what]
    subject = Subject()
    bad, good = letter(subject, 1, **changes), letter(subject, 2)
    if body is not None:
        subject.sequence, good = 1, letter(subject, 2, sequence=1)
    async with world.listener() as listener:
        await js.publish(f"evt.case.case.opened.{subject.id}", bad.written() if body is None else body)
        await publish(js, good)
        await eventually(lambda: errors(listener), ["ValidationError"])
        await eventually(lambda: heard(listener), [2])
        await eventually(lambda: waiting(js), 0)


@pytest.mark.parametrize("sequence", [0, -1, 2**63, 2**200])
async def test_an_event_with_an_impossible_place_is_set_aside_too(
    sequence: int, world: World, js: JetStreamContext
) -> None:
    subject = Subject()
    odd = letter(subject, 1).model_copy(update={"sequence": sequence})
    async with world.listener() as listener:
        await publish(js, odd)
        await eventually(lambda: errors(listener), ["ValidationError"])


async def test_a_dead_letter_is_replayed_once_its_cause_is_gone(world: World, js: JetStreamContext) -> None:
    world.ears.faults[1] = LookupError()
    async with world.listener() as listener:
        await publish(js, letter(Subject(), 1))
        await eventually(lambda: errors(listener), ["LookupError"])
        (found,) = await read(listener)
        del world.ears.faults[1]
        async with operator(listener) as client:
            for _ in range(2):
                replayed = await client.post(f"{LETTERS}/{found['id']}/replay")
                assert replayed.status_code == 200, replayed.text
        assert replayed.json()["replayed_at"] is not None
        assert await heard(listener) == [1]
        assert [item["replayed_at"] is not None for item in await read(listener)] == [True]


async def test_a_replay_that_fails_again_is_told_as_such_and_changes_nothing(
    world: World, js: JetStreamContext
) -> None:
    world.ears.faults[1] = LookupError("49001010000")
    async with world.listener() as listener:
        await publish(js, letter(Subject(), 1))
        await eventually(lambda: errors(listener), ["LookupError"])
        (found,) = await read(listener)
        async with operator(listener) as client:
            refused = await client.post(f"{LETTERS}/{found['id']}/replay")
        assert refused.status_code == 409
        assert refused.json()["type"].endswith("/replay-failed")
        assert refused.json()["error"] == "LookupError"
        assert "49001010000" not in refused.text
        assert await heard(listener) == []
        assert await read(listener) == [found]


async def test_a_dead_letter_published_again_by_its_owner_has_no_effect_of_its_own(
    world: World, js: JetStreamContext
) -> None:
    world.ears.faults[1] = LookupError()
    envelope = letter(Subject(), 1)
    async with world.listener() as listener:
        await publish(js, envelope)
        await eventually(lambda: errors(listener), ["LookupError"])
        del world.ears.faults[1]
        await publish(js, envelope)
        await eventually(lambda: waiting(js), 0)
        assert await heard(listener) == []
        assert len(await read(listener)) == 1


async def test_a_letter_that_is_not_there_cannot_be_replayed(world: World) -> None:
    async with world.listener(at_work=False) as listener, operator(listener) as client:
        assert (await client.post(f"{LETTERS}/{new_id()}/replay")).status_code == 404


async def test_only_operators_read_and_replay_dead_letters(world: World) -> None:
    async with (
        world.listener(at_work=False) as listener,
        listener.calls(listener.actor("tamme", Role.SUPERVISOR)) as client,
    ):
        assert (await client.get(LETTERS)).status_code == 403
        assert (await client.post(f"{LETTERS}/{new_id()}/replay")).status_code == 403


def grant(subject: Subject, change: str) -> Any:
    """The opening or the closing of a grant."""
    terms = {
        "client_id": str(subject.id),
        "grant_id": str(subject.id),
        "grantee": "tamme",
        "categories": ["needs"],
        "ground": "consent",
        "valid_from": "2026-05-04T12:00:00Z",
    }
    return letter(subject, 1, type=f"sidus.case.grant.{change}.v1", data=terms)


async def test_a_grants_opening_replayed_after_its_closing_does_not_open_it_again(world: World) -> None:
    subject = Subject()
    opening, closing = grant(subject, "opened"), grant(subject, "closed")
    async with world.listener(at_work=False) as listener:
        consumer = listener.runtime.consumers["assessment-on-case"]
        async with listener.work() as work:
            row = {"id": new_id(), "at": work.clock.now(), "body": opening.written().decode()}
            await work.execute(
                text(
                    "INSERT INTO dead_letter (id, consumer, subject, body, error, attempts, at)"
                    " VALUES (:id, 'assessment-on-case', 'evt.case.grant.opened.x', :body, 'LookupError', 6, :at)"
                ),
                row,  # type: ignore[arg-type]
            )
            await work.commit()
        await consumer.handle(closing.written(), patient=False)
        async with operator(listener) as client:
            replayed = await client.post(f"{LETTERS}/{row['id']}/replay")
        assert replayed.status_code == 200, replayed.text
        assert await count(listener, "access_grant") == 0
