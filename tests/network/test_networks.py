"""Networks of agencies through the API: one charter, kept by one agency, readable by all."""

from typing import Any

import pytest

from shared.ids import new_id
from tests.network.forms import NETWORKS
from tests.network.test_network_samples import CHARTERS
from tests.support.service import Running


def a_charter(**changes: Any) -> dict[str, Any]:
    charter: dict[str, Any] = {
        "code": f"camps-{new_id()}",
        "kind": "preventive",
        "name": {"et": "Laagrid", "ru": "Лагеря", "en": "Camps"},
        "place": "Lainekülla",
        "goals": ["Camps take place regularly"],
        "members": [{"role": "teacher", "agency": "school"}, {"role": "constable", "agency": "police"}],
        "regime": {"frequency": [{"every": "week"}]},
    }
    return charter | changes


@pytest.mark.parametrize("code", CHARTERS)
async def test_a_sample_is_put_through_the_api_and_read_back_whole(network: Running, code: str) -> None:
    charter = CHARTERS[code].model_dump(mode="json")
    async with network.agency("tamme") as city, network.agency("unemployment-fund") as fund:
        put = await city.put(f"{NETWORKS}/{code}", json=charter)
        again = await city.put(f"{NETWORKS}/{code}", json=charter)
        read = await fund.get(f"{NETWORKS}/{code}")
    assert put.status_code in (200, 201), put.text
    assert again.status_code == 200
    assert again.headers["ETag"] == '"1"'
    assert read.json()["charter"] == charter


async def test_a_network_is_founded_and_found_by_id_and_by_code(network: Running) -> None:
    charter = a_charter()
    async with network.agency("tamme") as city:
        made = await city.post(NETWORKS, json=charter)
        by_id = await city.get(made.headers["Location"])
        by_code = await city.get(f"{NETWORKS}/{charter['code']}")
        unknown = await city.get(f"{NETWORKS}/nowhere")
    assert made.status_code == 201
    assert made.json()["kept_by"] == "tamme"
    assert by_id.json() == by_code.json() == made.json()
    assert unknown.status_code == 404


async def test_a_network_that_is_put_for_the_first_time_is_new(network: Running) -> None:
    charter = a_charter()
    async with network.agency("tamme") as city:
        put = await city.put(f"{NETWORKS}/{charter['code']}", json=charter)
        read = await city.get(put.headers["Location"])
    assert put.status_code == 201
    assert read.json() == put.json()


async def test_a_code_belongs_to_one_network(network: Running) -> None:
    charter = a_charter()
    async with network.agency("tamme") as city, network.agency("probation") as probation:
        await city.post(NETWORKS, json=charter)
        again = await probation.post(NETWORKS, json=charter)
    assert again.status_code == 409
    assert again.json()["type"].endswith("network-exists")


async def test_a_charter_changes_only_in_the_version_that_was_seen(network: Running) -> None:
    charter = a_charter()
    path, changed = f"{NETWORKS}/{charter['code']}", charter | {"goals": ["Three camps a summer"]}
    async with network.agency("tamme") as city:
        await city.post(NETWORKS, json=charter)
        blind = await city.put(path, json=changed)
        seen = await city.put(path, json=changed, headers={"If-Match": '"1"'})
        stale = await city.put(path, json=charter, headers={"If-Match": '"1"'})
        read = await city.get(path)
    assert [answer.status_code for answer in (blind, seen, stale)] == [428, 200, 412]
    assert seen.headers["ETag"] == '"2"'
    assert read.json()["charter"]["goals"] == ["Three camps a summer"]


async def test_only_the_keeper_changes_a_charter_and_everybody_reads_it(network: Running) -> None:
    charter = a_charter()
    path = f"{NETWORKS}/{charter['code']}"
    async with network.agency("tamme") as city, network.agency("probation") as probation:
        await city.post(NETWORKS, json=charter)
        refused = await probation.put(path, json=charter | {"place": "Elsewhere"}, headers={"If-Match": '"1"'})
        read = await probation.get(path)
    assert refused.status_code == 403
    assert read.json()["charter"]["place"] == "Lainekülla"


async def test_networks_come_in_pages_the_newest_first(network: Running) -> None:
    async with network.agency("tamme") as city:
        made = [(await city.post(NETWORKS, json=a_charter())).json()["code"] for _ in range(3)]
        first = await city.get(NETWORKS, params={"limit": 2})
        rest = await city.get(first.links["next"]["url"])
    assert [found["code"] for found in first.json()["items"]] == [made[2], made[1]]
    assert rest.json()["items"][0]["code"] == made[0]


async def test_a_charter_without_goal_or_company_is_refused(network: Running) -> None:
    alone = a_charter(goals=[], members=[{"role": "teacher", "agency": "school"}])
    async with network.agency("tamme") as city:
        refused = await city.post(NETWORKS, json=alone)
    assert refused.status_code == 409
    assert [unmet["code"] for unmet in refused.json()["unmet"]] == ["network.goal-missing", "network.members-too-few"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"code": "Camps!"}, "/code"),
        ({"kind": "club"}, "/kind"),
        ({"name": {"et": "Laagrid"}}, "/name/ru"),
        ({"quorum": 5}, "/quorum"),
        ({"regime": {"frequency": []}}, "/regime/frequency"),
        ({"members": [{"role": "teacher", "agency": "school", "name": "Mari"}]}, "/members/0/name"),
        ({"matrix": [{"level": "dreams"}]}, "/matrix/0/level"),
    ],
)
async def test_bad_input_is_refused_at_its_place(network: Running, change: dict[str, Any], pointer: str) -> None:
    async with network.agency("tamme") as city:
        refused = await city.post(NETWORKS, json=a_charter() | change)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer


async def test_a_charter_is_put_under_its_own_code(network: Running) -> None:
    async with network.agency("tamme") as city:
        refused = await city.put(f"{NETWORKS}/another", json=a_charter())
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/code"
