"""ETag, If-Match and If-None-Match: nobody overwrites what they have not seen."""

import asyncio

import pytest

from shared.ids import new_id
from tests.support.service import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def written(diary: Running) -> str:
    """The address of a fresh entry."""
    async with diary.agency("tamme") as city:
        made = await city.post("/api/v1/entries", json={"client_id": str(new_id()), "text": "first"})
    assert made.status_code == 201, made.text
    assert made.headers["ETag"] == '"1"'
    return made.headers["Location"]


@pytest.mark.parametrize(
    ("if_match", "status", "kind"),
    [
        (None, 428, "precondition-required"),
        ('"2"', 412, "stale-version"),
        ('W/"1"', 412, "stale-version"),
        ("1", 412, "stale-version"),
        ('"1"', 200, None),
        ("*", 200, None),
    ],
)
async def test_a_change_names_the_version_it_changes(
    diary: Running, if_match: str | None, status: int, kind: str | None
) -> None:
    place = await written(diary)
    headers = {} if if_match is None else {"If-Match": if_match}
    async with diary.agency("tamme") as city:
        answer = await city.patch(place, json={"text": "second"}, headers=headers)
        read = await city.get(place)
    assert answer.status_code == status
    if kind is None:
        assert answer.headers["ETag"] == '"2"'
        assert read.json()["text"] == "second"
    else:
        assert answer.json()["type"].endswith(f"/{kind}")
        assert read.json()["text"] == "first"


async def test_of_two_changes_of_one_version_at_the_same_moment_one_is_refused(diary: Running) -> None:
    place = await written(diary)
    async with diary.agency("tamme") as city:
        change = [city.patch(place, json={"text": text}, headers={"If-Match": '"1"'}) for text in "abcd"]
        statuses = sorted(answer.status_code for answer in await asyncio.gather(*change))
        read = await city.get(place)
    assert statuses == [200, 412, 412, 412]
    assert read.headers["ETag"] == '"2"'


@pytest.mark.parametrize(
    ("if_none_match", "status"), [('"1"', 304), ('W/"1"', 304), ('"7", "1"', 304), ('"11"', 200), ("", 200)]
)
async def test_what_the_caller_has_is_not_sent_again(diary: Running, if_none_match: str, status: int) -> None:
    place = await written(diary)
    async with diary.agency("tamme") as city:
        answer = await city.get(place, headers={"If-None-Match": if_none_match})
    assert answer.status_code == status
    assert answer.headers["ETag"] == '"1"'
    assert bool(answer.content) is (status == 200)


async def test_answers_are_never_kept_by_shared_caches(diary: Running) -> None:
    place = await written(diary)
    async with diary.agency("tamme") as city:
        assert (await city.get(place)).headers["Cache-Control"] == "private, no-cache"
        assert (await city.get(f"{place}0")).headers["Cache-Control"] == "no-store"
