"""Reading the access log: the person reads all of their own, an agency's watchers their agency's."""

from uuid import UUID

import pytest

from shared.actor import Role
from shared.ids import new_id
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOG = "/api/v1/diary/access-log"


async def written(diary: Running, client: UUID) -> None:
    for agency in ("tamme", "probation"):
        async with diary.agency(agency) as officer:
            made = await officer.post("/api/v1/entries", json={"client_id": str(client), "text": "x"})
            assert made.status_code == 201


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


async def test_a_person_does_not_read_anothers_log(diary: Running) -> None:
    client = new_id()
    await written(diary, client)
    for person in (new_id(), None):
        async with diary.calls(diary.actor("residents", Role.PERSON, person=person)) as stranger:
            assert (await stranger.get(LOG, params={"client_id": str(client)})).status_code == 403


async def test_the_log_is_paged_newest_first(diary: Running) -> None:
    client = new_id()
    await written(diary, client)
    async with diary.person(str(client)) as person:
        first = (await person.get(LOG, params={"client_id": str(client), "limit": 1})).json()
        second = (await person.get(LOG, params={"client_id": str(client), "cursor": first["next"]})).json()
    assert [entry["agency"] for entry in first["items"] + second["items"]] == ["probation", "tamme"]
