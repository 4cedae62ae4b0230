"""A third party notices somebody in need; the agency decides whether to take it up."""

from datetime import date
from typing import Any

import pytest

from tests.case.conftest import Callers
from tests.support.agencies import Agency
from tests.support.caller import told

STRANGER = "0193a000-0000-7000-8000-000000000000"
NEIGHBOUR = {
    "noticer_first_name": "Naaber",
    "noticer_last_name": "Näide",
    "relation": "neighbour",
    "noticer_phone": "+372 5555 0199",
    "noticer_address": "Kaevu 2, Tamme vald",
    "noticer_email": "neighbour@example.org",
}


async def test_a_notice_is_taken_and_read_back(city: Agency, today: date) -> None:
    notice = await city.takes_notice(today, **NEIGHBOUR)
    assert await city.asks(f"/notices/{notice['id']}") == notice
    assert NEIGHBOUR.items() <= notice.items()
    assert (notice["agency"], notice["client_id"], notice["reaction"]) == ("tamme", None, None)
    assert (await city.asks("/notices"))["items"][0] == notice


async def test_a_notice_may_be_anonymous(city: Agency, today: date) -> None:
    assert (await city.takes_notice(today))["noticer_last_name"] is None


async def test_a_notice_is_taken_up_for_the_person_once_registered(city: Agency, today: date) -> None:
    notice = await city.takes_notice(today)
    assert (await told(city.reacts(notice, "react"), 409)).unmet == ["notice.client-missing"]
    client = await city.registers()
    taken_up = await city.reacts(notice, "react", client_id=client["id"], told_noticer="We will visit.")
    assert (taken_up["reaction"], taken_up["client_id"]) == ("react", client["id"])
    assert taken_up["decided_at"] is not None
    assert taken_up["told_noticer"] == "We will visit."
    assert await city.asks(f"/notices/{notice['id']}") == taken_up


async def test_a_notice_may_be_left_without_a_reaction_and_is_decided_on_once(city: Agency, today: date) -> None:
    notice = await city.takes_notice(today)
    left = await city.reacts(notice, "do_not_react", reaction_reason="The windows were being changed.")
    assert (left["reaction"], left["client_id"]) == ("do_not_react", None)
    refused = await told(city.reacts(notice, "do_not_react"), 409)
    assert (refused.code, refused.unmet) == ("reaction-refused", ["notice.already-decided"])


@pytest.mark.parametrize("reaction", ["react", "do_not_react"])
async def test_a_reaction_names_nobody_without_a_record(city: Agency, today: date, reaction: str) -> None:
    notice = await city.takes_notice(today)
    refused = await told(city.reacts(notice, reaction, client_id=STRANGER), 409)
    assert (refused.code, refused.unmet) == ("reaction-refused", ["notice.client-missing"])


async def test_a_reaction_to_an_older_version_is_refused(city: Agency, today: date) -> None:
    notice = await city.takes_notice(today)
    body = {"reaction": "do_not_react", "reaction_reason": "Nothing to do."}
    stale = await told(city.sends(f"/notices/{notice['id']}/reaction", body, If_Match='"5"'), 412)
    assert stale.code == "stale-version"


async def test_another_agencys_notice_is_not_there(city: Agency, fund: Agency, today: date) -> None:
    notice = await city.takes_notice(today)
    assert (await told(fund.asks(f"/notices/{notice['id']}"), 404)).code == "notice-not-found"
    assert (await told(fund.reacts(notice, "do_not_react"), 404)).code == "notice-not-found"
    assert notice["id"] not in [one["id"] for one in (await fund.asks("/notices", limit=100))["items"]]


async def test_a_notice_about_nobody_yet_stands_in_nobodys_log_until_somebody_is_named(
    city: Agency, callers: Callers, today: date
) -> None:
    notice = await city.takes_notice(today)
    client = await city.registers()
    await city.reacts(notice, "react", client_id=client["id"])
    looked = await callers.person(client["id"]).who_looked(client["id"])
    assert [entry["operation"] for entry in looked] == ["react_to_notice", "register_client"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"manner": "smoke"}, "/manner"),
        ({"description": ""}, "/description"),
        ({"noticer_phone": "none"}, "/noticer_phone"),
        ({"person_in_need": "Anna"}, "/person_in_need"),
    ],
)
async def test_a_notice_with_a_mistake_is_refused_at_its_place(
    city: Agency, today: date, wrong: dict[str, Any], pointer: str
) -> None:
    assert (await told(city.takes_notice(today, **wrong), 422)).pointers == [pointer]
