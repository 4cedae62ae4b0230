"""Network maps through the API: kept whole, never changed, seen by those who have a ground."""

from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from shared.access.categories import Category
from shared.ids import new_id
from tests.network.forms import MAPS, a_map, consents, log_of, told_of, withdraws
from tests.support.service import Running


@pytest.fixture
def client_id() -> str:
    return str(new_id())


async def kept(network: Running, drawn: dict[str, Any], agency: str = "tamme") -> dict[str, Any]:
    async with network.agency(agency) as caller:
        made = await caller.post(MAPS, json=drawn)
    assert made.status_code == 201, made.text
    body: dict[str, Any] = made.json()
    return body


async def test_a_map_is_kept_as_drawn_and_read_back(network: Running, client_id: str) -> None:
    drawn = a_map(client_id)
    async with network.agency("tamme") as city:
        made = await city.post(MAPS, json=drawn)
        read = await city.get(made.headers["Location"])

    assert read.status_code == 200
    assert read.json() == made.json()
    assert read.headers["ETag"] == '"1"'
    shown = read.json()
    assert shown["ties"] == drawn["ties"]
    for told, given in zip(shown["members"], drawn["members"], strict=True):
        assert told | given == told
    assert shown["owner_agency"] == "tamme"


async def test_a_map_cannot_be_changed_or_removed(network: Running, client_id: str) -> None:
    made = await kept(network, a_map(client_id))
    async with network.agency("tamme") as city:
        answers = [await city.request(method, f"{MAPS}/{made['id']}", json={}) for method in ("PUT", "PATCH", "DELETE")]
    assert [answer.status_code for answer in answers] == [405, 405, 405]


async def test_a_newer_map_takes_the_place_of_an_older_one_once(network: Running, client_id: str) -> None:
    first = await kept(network, a_map(client_id))
    second = await kept(network, a_map(client_id, supersedes=first["id"], drawn_on="2026-04-01"))
    assert second["supersedes"] == first["id"]

    async with network.agency("tamme") as city:
        again = await city.post(MAPS, json=a_map(client_id, supersedes=first["id"], drawn_on="2026-05-01"))
        others = await city.post(MAPS, json=a_map(str(new_id()), supersedes=second["id"], drawn_on="2026-05-01"))
    assert [unmet["code"] for unmet in again.json()["unmet"]] == ["map.superseded-twice"]
    assert [unmet["code"] for unmet in others.json()["unmet"]] == ["map.supersedes-other-client"]


async def test_maps_of_a_client_come_in_pages_the_latest_drawn_first(network: Running, client_id: str) -> None:
    for day in ("2026-01-05", "2026-03-05", "2026-02-05"):
        await kept(network, a_map(client_id, drawn_on=day))
    await kept(network, a_map(str(new_id())))

    async with network.agency("tamme") as city:
        first = await city.get(MAPS, params={"client_id": client_id, "limit": 2})
        rest = await city.get(first.links["next"]["url"])
    assert [shown["drawn_on"] for shown in first.json()["items"]] == ["2026-03-05", "2026-02-05"]
    assert [shown["drawn_on"] for shown in rest.json()["items"]] == ["2026-01-05"]
    assert rest.json()["next"] is None


async def test_a_broken_rule_is_told_with_its_words_source_and_place(network: Running, client_id: str) -> None:
    mother = a_map(client_id)["members"][0] | {"field": 2}
    async with network.agency("tamme") as city:
        refused = await city.post(MAPS, json=a_map(client_id, members=[mother], ties=[]))
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    [unmet] = refused.json()["unmet"]
    assert unmet["code"] == "map.housemate-outside-core-family"
    assert unmet["source"] == "004 L2031-2035"
    assert unmet["pointer"] == "/members/0/field"
    assert await log_of(network, client_id) == []


MEMBER = {"field": 4, "distance": 0.5, "label": "friend"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"client_id": "37605030299"}, "/client_id"),
        ({"drawn_on": "yesterday"}, "/drawn_on"),
        ({"drawn_by": "neighbour"}, "/drawn_by"),
        ({"colour": "red"}, "/colour"),
        ({"members": [MEMBER | {"field": 6}]}, "/members/0/field"),
        ({"members": [MEMBER | {"distance": 0}]}, "/members/0/distance"),
        ({"members": [MEMBER | {"distance": 1.01}]}, "/members/0/distance"),
        ({"members": [MEMBER | {"label": "a\0b"}]}, "/members/0/label"),
        ({"members": [MEMBER | {"label": "  "}]}, "/members/0/label"),
        ({"members": [MEMBER | {"label": "x" * 61}]}, "/members/0/label"),
        ({"members": [MEMBER | {"personal_code": "37605030299"}]}, "/members/0/personal_code"),
        ({"members": [MEMBER] * 61}, "/members"),
        ({"ties": [[0]]}, "/ties/0/1"),
        ({"ties": [[0, -1]]}, "/ties/0/1"),
        ({"supersedes": "none"}, "/supersedes"),
    ],
)
async def test_bad_input_is_refused_at_its_place_and_nothing_is_stored(
    network: Running, client_id: str, change: dict[str, Any], pointer: str
) -> None:
    async with network.agency("tamme") as city:
        refused = await city.post(MAPS, json=a_map(client_id) | change)
        stored = await city.get(MAPS, params={"client_id": client_id})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert "37605030299" not in refused.text
    assert stored.status_code == 403, "the agency has no map, and is let into none"


async def test_another_agency_sees_a_map_only_once_it_has_a_ground(network: Running, client_id: str) -> None:
    made = await kept(network, a_map(client_id))
    single, listed = f"{MAPS}/{made['id']}", {"client_id": client_id}
    async with network.agency("unemployment-fund") as fund:
        hidden = [await fund.get(single), await fund.get(f"{single}/map.svg")]
        assert [answer.status_code for answer in hidden] == [404, 404]
        shut_out = await fund.get(MAPS, params=listed)
        assert shut_out.status_code == 403
        assert [unmet["code"] for unmet in shut_out.json()["unmet"]] == ["consent.missing"]

        await consents(network, client_id, "unemployment-fund")

        opened = [await fund.get(single), await fund.get(f"{single}/map.svg")]
        assert [answer.status_code for answer in opened] == [200, 200]
        assert [shown["id"] for shown in (await fund.get(MAPS, params=listed)).json()["items"]] == [made["id"]]


async def test_a_consent_to_other_data_or_a_withdrawn_one_is_no_ground(network: Running, client_id: str) -> None:
    path = f"{MAPS}/{(await kept(network, a_map(client_id)))['id']}"
    async with network.agency("unemployment-fund") as fund:
        await consents(network, client_id, "unemployment-fund", Category.NEEDS)
        assert (await fund.get(path)).status_code == 404

        consent = await consents(network, client_id, "unemployment-fund")
        assert (await fund.get(path)).status_code == 200

        await withdraws(network, client_id, consent)
        assert (await fund.get(path)).status_code == 404


async def test_a_map_that_the_actor_cannot_see_cannot_be_superseded(network: Running, client_id: str) -> None:
    made = await kept(network, a_map(client_id))
    async with network.agency("unemployment-fund") as fund:
        refused = await fund.post(MAPS, json=a_map(client_id, supersedes=made["id"]))
    assert refused.status_code == 404


async def test_the_person_sees_their_own_maps_and_nobody_elses(network: Running, client_id: str) -> None:
    made = await kept(network, a_map(client_id))
    async with network.person(client_id) as person, network.person(str(new_id())) as stranger:
        assert (await person.get(f"{MAPS}/{made['id']}/map.svg")).status_code == 200
        assert (await stranger.get(f"{MAPS}/{made['id']}")).status_code == 404
        assert (await person.post(MAPS, json=a_map(client_id))).status_code == 403


async def test_who_keeps_reads_or_looks_at_a_map_is_in_the_access_log(network: Running, client_id: str) -> None:
    made = await kept(network, a_map(client_id))
    await consents(network, client_id, "unemployment-fund")
    async with network.agency("unemployment-fund") as fund:
        await fund.get(f"{MAPS}/{made['id']}")
        await fund.get(f"{MAPS}/{made['id']}/map.svg")
        await fund.get(MAPS, params={"client_id": client_id})

    assert await log_of(network, client_id) == [
        ("tamme", "create", "keep_map", "own", ["network"]),
        ("unemployment-fund", "read", "read_map", "consent", ["network"]),
        ("unemployment-fund", "read", "draw_map", "consent", ["network"]),
        ("unemployment-fund", "read", "list_maps", "consent", ["network"]),
    ]


async def test_the_event_of_a_map_carries_ids_and_no_word_of_it(network: Running, client_id: str) -> None:
    made = await kept(network, a_map(client_id))
    [envelope] = await told_of(network, made["id"])
    assert envelope["type"] == "sidus.network.map.drawn.v1"
    assert envelope["data"] == {"client_id": client_id, "case_id": None, "map_id": made["id"]}


async def test_the_picture_comes_in_the_language_asked_for_and_is_sent_once(network: Running, client_id: str) -> None:
    made = await kept(network, a_map(client_id))
    path = f"{MAPS}/{made['id']}/map.svg"
    async with network.agency("tamme") as city:
        estonian = await city.get(path, headers={"Accept-Language": "et"})
        english = await city.get(path, headers={"Accept-Language": "en"})
        known = {"Accept-Language": "et", "If-None-Match": estonian.headers["ETag"]}
        again = await city.get(path, headers=known)
        other = await city.get(path, headers=known | {"Accept-Language": "en"})

    assert estonian.headers["content-type"].startswith("image/svg+xml")
    assert estonian.headers["Vary"] == "Accept-Language"
    assert "script" not in estonian.headers["Content-Security-Policy"]
    assert estonian.headers["Cache-Control"] == "private, no-cache"
    assert fromstring(estonian.text).get("lang") == "et"  # noqa: S314
    assert "Suguvõsa" in estonian.text
    assert "Suguvõsa" not in english.text
    assert estonian.headers["ETag"] != english.headers["ETag"]
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200
