"""Reading the access log: the person reads about themself, an agency's watchers what their own officers did."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from shared.access import entries
from shared.access.categories import AccessAction
from shared.access.models import AccessEntry
from shared.actor import THEMSELVES, Actor, Role
from shared.ids import new_id
from tests.shared.access.records import logged
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOG = "/api/v1/diary/access-log"
HIDDEN: dict[str, Any] = {
    "agency": "probation",
    "purpose": "supervision",
    "legal_code": "SHS-1",
    "hidden_for": timedelta(days=30),
}


async def written(diary: Running, client: UUID, **who: Any) -> None:
    """Leave an entry of each of two agencies, or of one officer."""
    for facts in [who] if who else [{"agency": "tamme"}, {"agency": "probation"}]:
        async with diary.calls(diary.actor(**facts)) as officer:
            made = await officer.post("/api/v1/entries", json={"client_id": str(client), "text": "x"})
            assert made.status_code == 201


async def read(diary: Running, agency: str, role: Role, **query: Any) -> httpx.Response:
    """What an officer who watches is answered."""
    async with diary.calls(diary.actor(agency, role)) as watcher:
        answer: httpx.Response = await watcher.get(LOG, params=query)
    return answer


async def shown(diary: Running, agency: str, role: Role, **query: Any) -> list[dict[str, Any]]:
    """The entries that an officer who watches is shown."""
    answer = await read(diary, agency, role, **query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def seen_by_person(diary: Running, client: UUID) -> list[dict[str, Any]]:
    """The entries that the person is shown."""
    async with diary.person(str(client)) as person:
        return list((await person.get(LOG, params={"client_id": str(client)})).json()["items"])


@pytest.mark.parametrize(
    ("agency", "role", "seen"),
    [
        ("tamme", Role.SUPERVISOR, {"tamme"}),
        ("probation", Role.DATA_PROTECTION_OFFICER, {"probation"}),
        ("social-insurance-board", Role.SUPERVISOR, set()),
        ("residents", Role.PERSON, {"tamme", "probation"}),
    ],
)
async def test_each_reader_sees_their_part(diary: Running, agency: str, role: Role, seen: set[str]) -> None:
    client = new_id()
    await written(diary, client)
    async with diary.calls(diary.actor(agency, role, person=client)) as reader:
        answer = await reader.get(LOG, params={"client_id": str(client)})
    assert answer.status_code == 200
    assert {entry["agency"] for entry in answer.json()["items"]} == seen
    for entry in answer.json()["items"]:
        assert (entry["service"], entry["action"], entry["ground"]) == ("diary", "create", "own")


@pytest.mark.parametrize("whose", [new_id(), None])
async def test_a_person_does_not_read_anothers_log(diary: Running, whose: UUID | None) -> None:
    client = new_id()
    await written(diary, client)
    query = {"client_id": str(client)} if whose else {}
    for person in (new_id(), None):
        async with diary.calls(diary.actor("residents", Role.PERSON, person=person)) as stranger:
            assert (await stranger.get(LOG, params=query)).status_code == 403


async def test_the_log_is_paged_newest_first(diary: Running) -> None:
    client = new_id()
    await written(diary, client)
    async with diary.person(str(client)) as person:
        first = (await person.get(LOG, params={"client_id": str(client), "limit": 1})).json()
        second = (await person.get(LOG, params={"client_id": str(client), "cursor": first["next"]})).json()
    assert [entry["agency"] for entry in first["items"] + second["items"]] == ["probation", "tamme"]


async def test_a_supervisor_finds_entries_by_officer_action_and_period_without_naming_a_client(
    diary: Running,
) -> None:
    town, client, begun = f"town-{new_id().hex[-8:]}", new_id(), diary.runtime.clock.now()
    await written(diary, client, agency=town, officer="kati")
    await written(diary, client, agency=town, officer="mati")
    middle = diary.runtime.clock.now()
    await written(diary, new_id(), agency=town, officer="kati")

    async def found(**query: Any) -> list[str]:
        return [entry["officer"] for entry in await shown(diary, town, Role.SUPERVISOR, **query)]

    assert await found(officer="kati") == ["kati", "kati"]
    assert await found(officer="kati", until=middle.isoformat()) == ["kati"]
    assert await found(officer="kati", action="remove") == []
    assert await found(since=begun.isoformat(), until=middle.isoformat(), action="create") == ["mati", "kati"]
    assert await found(client_id=str(client), action="create") == ["mati", "kati"]


async def test_a_supervisor_who_names_nothing_is_refused(diary: Running) -> None:
    for query in ({}, {"action": "read"}, {"until": "2030-01-01T00:00:00Z"}):
        answer = await read(diary, "tamme", Role.SUPERVISOR, **query)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/query")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER])
async def test_who_watches_leaves_an_entry_with_every_client_they_are_shown(diary: Running, role: Role) -> None:
    town, clients = f"town-{new_id().hex[-8:]}", [new_id(), new_id()]
    for client in clients:
        await written(diary, client, agency=town, officer="kati")
    await shown(diary, town, role, officer="kati")
    for client in clients:
        entry, _ = await seen_by_person(diary, client)
        assert (entry["agency"], entry["officer"], entry["action"]) == (town, f"{town}.officer", "read")
        assert (entry["operation"], entry["categories"]) == ("list_diary_access_log", ["existence"])
        assert entry["ground"] == "own"


async def test_a_person_who_reads_their_own_log_leaves_nothing(diary: Running) -> None:
    client = new_id()
    await written(diary, client)
    for _ in range(2):
        assert len(await seen_by_person(diary, client)) == 2


async def test_a_hidden_entry_is_for_the_data_protection_officer_alone(diary: Running) -> None:
    client = new_id()
    await written(diary, client, **HIDDEN)
    assert await seen_by_person(diary, client) == []
    assert await shown(diary, "probation", Role.SUPERVISOR, client_id=str(client)) == []
    assert await shown(diary, "tamme", Role.DATA_PROTECTION_OFFICER, client_id=str(client)) == []
    [entry] = await shown(diary, "probation", Role.DATA_PROTECTION_OFFICER, client_id=str(client))
    until = datetime.fromisoformat(entry["at"]) + timedelta(days=30)
    assert (entry["hidden_code"], datetime.fromisoformat(entry["hidden_until"])) == ("SHS-1", until)
    assert (entry["legal_code"], entry["purpose"]) == ("SHS-1", "supervision")


async def test_whoever_reads_of_what_is_hidden_is_hidden_as_long(diary: Running) -> None:
    hidden, open_to_all = new_id(), new_id()
    town = f"town-{new_id().hex[-8:]}"
    await written(diary, hidden, **HIDDEN | {"agency": town})
    for client in (hidden, open_to_all):
        await written(diary, client, agency=town, officer="kati")
    found = await shown(diary, town, Role.DATA_PROTECTION_OFFICER, since="2020-01-01T00:00:00Z")
    until = next(entry["hidden_until"] for entry in found if entry["hidden_code"])

    assert [entry["officer"] for entry in await seen_by_person(diary, hidden)] == ["kati"]
    assert [entry["officer"] for entry in await seen_by_person(diary, open_to_all)] == [f"{town}.officer", "kati"]
    reading = (await logged(diary, hidden))[-1]
    assert (reading.operation, reading.hidden_code) == ("list_diary_access_log", "SHS-1")
    assert reading.hidden_until == datetime.fromisoformat(until)


async def test_a_data_protection_officer_finds_what_is_hidden_without_naming_a_client(diary: Running) -> None:
    town, client = f"town-{new_id().hex[-8:]}", new_id()
    await written(diary, client, **HIDDEN | {"agency": town})
    await written(diary, client, agency=town)
    found = await shown(diary, town, Role.DATA_PROTECTION_OFFICER, hidden=True)
    assert [entry["hidden_code"] for entry in found] == ["SHS-1"]
    assert await shown(diary, town, Role.SUPERVISOR, hidden=True) == []


async def test_the_person_sees_an_entry_once_it_is_hidden_no_more(diary: Running) -> None:
    client = new_id()
    await written(diary, client, **HIDDEN | {"hidden_for": timedelta()})
    [entry] = await seen_by_person(diary, client)
    assert (entry["agency"], entry["hidden_code"]) == ("probation", "SHS-1")


async def usage(diary: Running, client: UUID, officer: str = THEMSELVES, **query: Any) -> dict[str, Any]:
    """What the gateway is answered when it asks on behalf of the person."""
    person = diary.actor("state-portal", Role.PERSON, officer=officer, person=client)
    async with diary.calls(person) as gateway:
        answer = await gateway.get("/internal/access-log/usage", params={"most": 10} | query)
    return dict(answer.raise_for_status().json())


async def test_the_newest_uses_are_told_with_how_many_there_are_and_without_hidden_ones(diary: Running) -> None:
    client, begun = new_id(), diary.runtime.clock.now()
    await written(diary, client)
    middle = diary.runtime.clock.now()
    await written(diary, client, **HIDDEN)
    await written(diary, client, agency="tamme")

    async def agencies(**query: Any) -> tuple[int, list[str]]:
        told = await usage(diary, client, **query)
        return told["total"], [one["agency"] for one in told["items"]]

    assert await agencies() == (3, ["tamme", "probation", "tamme"])
    assert await agencies(most=1) == (3, ["tamme"])
    assert await agencies(since=begun.isoformat(), until=middle.isoformat()) == (2, ["probation", "tamme"])
    assert await agencies(since=middle.isoformat()) == (1, ["tamme"])


async def test_who_asks_for_the_person_leaves_an_entry_and_the_person_does_not(diary: Running) -> None:
    client = new_id()
    await written(diary, client, agency="tamme")
    await usage(diary, client)
    await usage(diary, client, "representative")
    assert [(one["officer"], one["ground"], one["categories"]) for one in await seen_by_person(diary, client)] == [
        ("representative", "person", ["existence"]),
        ("tamme.officer", "own", ["journal"]),
    ]


async def test_uses_are_told_of_a_named_person_only(diary: Running) -> None:
    for actor in (diary.actor("residents", Role.PERSON), Actor.service("gateway", "r"), diary.actor("tamme")):
        async with diary.calls(actor) as stranger:
            assert (await stranger.get("/internal/access-log/usage", params={"most": 1})).status_code == 403


async def test_the_log_tells_sidus_alone_since_when_it_has_entries(diary: Running) -> None:
    await written(diary, new_id())
    async with diary.calls(Actor.service("gateway", "r")) as gateway, diary.agency("tamme") as officer:
        begun = (await gateway.get("/internal/access-log/begun")).raise_for_status().json()["begun"]
        assert (await officer.get("/internal/access-log/begun")).status_code == 403
    async with diary.work() as work:
        [first] = await work.check(select(AccessEntry.at).order_by(AccessEntry.seq).limit(1))
    assert datetime.fromisoformat(begun) == first.at


@pytest.mark.parametrize("change", [{"hidden_code": None}, {"hidden_until": None}])
async def test_nothing_is_hidden_without_a_legal_code_or_without_an_end(
    diary: Running, change: dict[str, None]
) -> None:
    async with diary.work(diary.actor(**HIDDEN)) as work:
        work.ledger.touched(new_id(), AccessAction.READ, "plan", "probation")
        [row] = await work._entries()
        with pytest.raises(IntegrityError, match="hidden_by_a_code"):
            await entries.write(work.session, [row | change])


async def test_no_token_hides_anything_without_a_legal_code(diary: Running) -> None:
    with pytest.raises(ValueError, match="hidden by a legal code"):
        diary.actor(**HIDDEN | {"legal_code": None})
