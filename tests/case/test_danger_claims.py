"""Danger opens others' data at once, for hours; a supervisor reviews it, and the client is told."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.case.dangers import rules
from services.case.dangers.rules import Delay
from services.case.profiles.rules import DangerKind
from services.case.reviews import rules as reviews
from shared.access.categories import Category
from shared.access.models import AccessEntry
from shared.actor import Role
from shared.rules import Unmet
from tests.case.clocks import time_is_kept
from tests.case.conftest import Callers
from tests.case.unmet import codes
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.service import Running

TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)
HEALTH = frozenset({Category.HEALTH})
HIDING = "AJ-prison-service"


@pytest.mark.parametrize(
    ("kind", "delay", "lacking"),
    [
        (DangerKind.CRIME, None, []),
        (DangerKind.LIFE_HEALTH_CLIENT, None, [Unmet("danger.kind-not-in-profile", "/kind")]),
        (DangerKind.CRIME, Delay("known", TODAY), []),
        (DangerKind.CRIME, Delay("unknown", TOMORROW), [Unmet("danger.delay-not-in-profile", "/delay/legal_code")]),
        (DangerKind.CRIME, Delay("known", TODAY - timedelta(days=1)), [Unmet("danger.delay-over", "/delay/until")]),
        (DangerKind.CRIME, Delay("known", TODAY + timedelta(days=30)), []),
        (
            DangerKind.CRIME,
            Delay("known", TODAY + timedelta(days=31)),
            [Unmet("danger.delay-too-long", "/delay/until")],
        ),
    ],
)
def test_conditions_of_a_claim(kind: DangerKind, delay: Delay | None, lacking: list[Unmet]) -> None:
    longest = TODAY + timedelta(days=30) if delay and delay.legal_code == "known" else None
    found = rules.unmet(
        kind, HEALTH, delay, kinds={DangerKind.CRIME}, longest=longest, holder_known=True, kept_back=(), today=TODAY
    )
    assert found == lacking


@pytest.mark.parametrize(("asked", "last"), [(-1, 30), (0, 0), (7, 7), (30, 30), (31, 30)])
def test_a_claim_is_kept_from_the_client_as_long_as_asked_and_no_longer_than_the_profile_lets(
    asked: int, last: int
) -> None:
    delay = Delay("known", TODAY + timedelta(days=asked))
    longest = TODAY + timedelta(days=30)
    assert rules.last_day_untold(delay, longest=longest, today=TODAY) == TODAY + timedelta(days=last)


def test_what_the_holder_keeps_back_stays_closed_in_any_danger() -> None:
    kinds = set(DangerKind)
    found = rules.unmet(
        DangerKind.CRIME, HEALTH, None, kinds=kinds, longest=None, holder_known=True, kept_back=HEALTH, today=TODAY
    )
    assert codes(found) == ["danger.category-closed"]


@pytest.mark.parametrize(
    ("decided", "deciding", "lacking"),
    [
        (False, "helle.paju", []),
        (True, "helle.paju", ["review.already-decided"]),
        (False, "mari.maasikas", ["review.own-claim"]),
    ],
)
def test_conditions_of_a_review(decided: bool, deciding: str, lacking: list[str]) -> None:
    assert codes(reviews.unmet(decided=decided, claimed_by="mari.maasikas", deciding=deciding)) == lacking


@pytest.fixture
async def in_danger(fund: Agency, city: Agency, probation: Agency) -> dict[str, Any]:
    """Somebody registered by the fund, with whom the municipality and probation have a case."""
    client = await fund.registers()
    for agency in (city, probation):
        await agency.opens_case(client["id"])
    return client


@pytest.fixture
def supervisor(callers: Callers) -> Agency:
    """A supervisor of the municipality."""
    return callers.agency("tamme", Role.SUPERVISOR, officer="helle.paju")


async def notifications_of(callers: Callers, client_id: str) -> list[dict[str, Any]]:
    """What the person has been told, newest first."""
    return list((await callers.person(client_id).asks(f"/clients/{client_id}/notifications"))["items"])


async def test_danger_opens_the_data_until_its_hours_are_over(
    city: Agency, callers: Callers, case: Running, in_danger: dict[str, Any]
) -> None:
    await city.claims_danger(in_danger["id"], "life_health_other", ("health",))
    assert (await city.reads(in_danger["id"]))["health"] == in_danger["health"]
    entries = await callers.person(in_danger["id"]).who_looked(in_danger["id"])
    assert [entry["categories"] for entry in entries if entry["ground"] == "danger"] == [["health"]]
    await time_is_kept(case, timedelta(hours=25))
    assert (await city.reads(in_danger["id"]))["health"] is None


async def test_the_client_is_told_and_says_when_it_was_read(
    city: Agency, callers: Callers, in_danger: dict[str, Any]
) -> None:
    claimed = await city.claims_danger(in_danger["id"], "crime")
    person = callers.person(in_danger["id"])
    person.http.headers["Accept-Language"] = "et"
    (word,) = await notifications_of(callers, in_danger["id"])
    assert (word["kind"], word["agency"], word["about_id"]) == ("danger-claimed", "tamme", claimed["id"])
    path = f"/clients/{in_danger['id']}/notifications/{word['id']}"
    assert (await person.asks(path))["text"].startswith("Asutus teatas ohust")
    assert (await person.sends(f"{path}/reading"))["read_at"] is not None
    other = callers.person((await city.registers())["id"])
    assert (await told(other.asks(path), 404)).code == "notification-not-found"
    assert (await told(city.asks(path), 403)).code == "forbidden"


async def test_telling_waits_while_a_legal_code_delays_it_and_no_longer(
    probation: Agency, callers: Callers, case: Running, in_danger: dict[str, Any], today: date
) -> None:
    delay = {"legal_code": HIDING, "until": (today + timedelta(days=3)).isoformat()}
    claimed = await probation.claims_danger(in_danger["id"], "life_health_client", delay=delay)
    assert (claimed["delayed_by"], claimed["told_at"]) == (HIDING, None)
    await time_is_kept(case, timedelta(days=2))
    assert await notifications_of(callers, in_danger["id"]) == []
    for _ in range(2):
        await time_is_kept(case, timedelta(days=4, hours=1))
        assert [word["about_id"] for word in await notifications_of(callers, in_danger["id"])] == [claimed["id"]]


async def test_what_is_seen_while_telling_waits_is_logged_with_the_code_that_delays_it(
    probation: Agency, callers: Callers, in_danger: dict[str, Any], today: date
) -> None:
    delay = {"legal_code": HIDING, "until": today.isoformat()}
    await probation.claims_danger(in_danger["id"], "life_health_other", delay=delay)
    await probation.reads(in_danger["id"])
    watcher = callers.agency("probation", Role.DATA_PROTECTION_OFFICER)
    seen = [entry for entry in await watcher.who_looked(in_danger["id"]) if entry["ground"] == "danger"]
    assert [entry["legal_code"] for entry in seen] == [HIDING]


async def test_nothing_tells_the_client_of_a_claim_before_they_are_told(
    probation: Agency, callers: Callers, case: Running, in_danger: dict[str, Any], today: date
) -> None:
    delay = {"legal_code": HIDING, "until": today.isoformat()}
    claimed = await probation.claims_danger(in_danger["id"], "life_health_other", delay=delay)
    await probation.reads(in_danger["id"])
    await probation.asks(f"/clients/{in_danger['id']}/danger-claims")
    await callers.agency("probation", Role.SUPERVISOR, officer="signe.nurm").reviews()
    async with case.work() as work:
        logged = await work.all(select(AccessEntry).where(AccessEntry.client_id == UUID(in_danger["id"])))
    telling = [entry for entry in logged if "danger" in entry.operation or entry.ground == "danger"]
    tell_at = datetime.fromisoformat(claimed["tell_at"])
    assert {entry.operation for entry in telling} > {"claim_danger", "list_danger_claims", "list_danger_reviews"}
    assert {(entry.hidden_code, entry.hidden_until) for entry in telling} == {(HIDING, tell_at)}
    held = await callers.person(in_danger["id"]).asks("/case/holdings", client_id=in_danger["id"])
    assert "client" in {item["table"] for item in held["items"]}
    assert claimed["id"] not in str(held)


@pytest.fixture
def put_off(today: date) -> dict[str, Any]:
    """Why the client is not told yet."""
    return {"delay": {"legal_code": HIDING, "until": (today + timedelta(days=3)).isoformat()}}


async def operations_seen(callers: Callers, client_id: str) -> set[str]:
    """What the person's own log calls the doings of others."""
    return {entry["operation"] for entry in await callers.person(client_id).who_looked(client_id)}


async def test_an_answer_given_again_tells_the_client_no_more_than_the_first(
    probation: Agency, callers: Callers, in_danger: dict[str, Any], put_off: dict[str, Any]
) -> None:
    path = f"/clients/{in_danger['id']}/danger-claims"
    body = {"kind": "life_health_other", "categories": ["health"], "reason": "Threatens to."} | put_off
    claimed = [await probation.sends(path, body, Idempotency_Key="the-same-claim-twice") for _ in range(2)]
    assert claimed[0] == claimed[1]
    supervisor = callers.agency("probation", Role.SUPERVISOR, officer="signe.nurm")
    verdict = {"justified": True, "verdict": "Read through."}
    for _ in range(2):
        decision = f"/danger-reviews/{claimed[0]['id']}/decision"
        await supervisor.sends(decision, verdict, Idempotency_Key="the-same-verdict-twice")
    assert {"claim_danger", "decide_danger_review"}.isdisjoint(await operations_seen(callers, in_danger["id"]))
    watcher = callers.agency("probation", Role.DATA_PROTECTION_OFFICER)
    operations = [entry["operation"] for entry in await watcher.who_looked(in_danger["id"])]
    assert operations.count("claim_danger") > operations.count("open_case")


@pytest.mark.parametrize("until", ["2199-01-01", "2000-01-01"])
async def test_a_claim_refused_for_its_delay_is_kept_from_the_client_as_long_as_the_profile_lets(
    probation: Agency, callers: Callers, in_danger: dict[str, Any], today: date, until: str
) -> None:
    delay = {"legal_code": HIDING, "until": until}
    await told(probation.claims_danger(in_danger["id"], "life_health_other", delay=delay), 409)
    assert "claim_danger" not in await operations_seen(callers, in_danger["id"])
    watcher = callers.agency("probation", Role.DATA_PROTECTION_OFFICER)
    hidden = [one for one in await watcher.who_looked(in_danger["id"]) if one["operation"] == "claim_danger"]
    ends = {datetime.fromisoformat(one["hidden_until"]).date() for one in hidden}
    assert ends == {today + timedelta(days=365)}


async def test_a_claim_refused_with_a_code_that_delays_nothing_is_in_the_log(
    city: Agency, callers: Callers, in_danger: dict[str, Any]
) -> None:
    delay = {"legal_code": HIDING, "until": "2199-01-01"}
    await told(city.claims_danger(in_danger["id"], "crime", delay=delay), 409)
    seen = await callers.person(in_danger["id"]).who_looked(in_danger["id"])
    assert {entry["legal_code"] for entry in seen if entry["operation"] == "claim_danger"} == {None}


async def test_no_other_ground_brings_a_delayed_claim_to_light(
    probation: Agency, callers: Callers, in_danger: dict[str, Any], put_off: dict[str, Any], today: date
) -> None:
    await probation.claims_statute(in_danger["id"], "KrHS-query", client_told_on=today.isoformat())
    await probation.claims_danger(in_danger["id"], "life_health_other", ("social", "health"), **put_off)
    await probation.reads(in_danger["id"])
    seen = await callers.person(in_danger["id"]).who_looked(in_danger["id"])
    assert "claim_danger" not in {entry["operation"] for entry in seen}
    [by_statute] = [one for one in seen if (one["operation"], one["ground"]) == ("read_client", "statute")]
    assert (by_statute["categories"], by_statute["legal_code"]) == (["social"], "KrHS-query")


async def test_a_list_hides_nothing_from_clients_who_have_been_told(
    probation: Agency, callers: Callers, in_danger: dict[str, Any], put_off: dict[str, Any]
) -> None:
    other = await probation.registers()
    await probation.opens_case(other["id"])
    await probation.claims_danger(in_danger["id"], "life_health_other", **put_off)
    await probation.claims_danger(other["id"], "life_health_other")
    await callers.agency("probation", Role.SUPERVISOR, officer="signe.nurm").reviews()
    assert "list_danger_reviews" not in await operations_seen(callers, in_danger["id"])
    assert "list_danger_reviews" in await operations_seen(callers, other["id"])


async def test_a_supervisor_finds_every_claim_and_closes_one_that_was_not_justified(
    city: Agency, supervisor: Agency, in_danger: dict[str, Any]
) -> None:
    claimed = await city.claims_danger(in_danger["id"], "crime", ("health", "social"))
    (review,) = [one for one in await supervisor.reviews() if one["client_id"] == in_danger["id"]]
    assert (review, review["reviewed_at"]) == (claimed, None)
    decided = await supervisor.finds(review, justified=False)
    assert (decided["justified"], decided["reviewed_by"]) == (False, "helle.paju")
    assert (await city.reads(in_danger["id"]))["health"] is None
    assert review["id"] not in [one["id"] for one in await supervisor.reviews()]
    assert review["id"] in [one["id"] for one in await supervisor.reviews(undecided=False)]
    refused = await told(supervisor.finds(review, justified=True), 409)
    assert (refused.code, refused.unmet) == ("review-refused", ["review.already-decided"])


async def test_a_justified_claim_stands_until_its_hours_are_over(
    city: Agency, supervisor: Agency, in_danger: dict[str, Any]
) -> None:
    await city.claims_danger(in_danger["id"], "crime")
    (review,) = [one for one in await supervisor.reviews() if one["client_id"] == in_danger["id"]]
    await supervisor.finds(review, justified=True)
    assert (await city.reads(in_danger["id"]))["health"] == in_danger["health"]


async def test_nobody_but_the_agencys_supervisors_reviews_and_none_of_them_their_own_claim(
    city: Agency, callers: Callers, in_danger: dict[str, Any]
) -> None:
    own = callers.agency("tamme", Role.SUPERVISOR)
    await city.claims_danger(in_danger["id"], "crime")
    (review,) = [one for one in await own.reviews() if one["client_id"] == in_danger["id"]]
    assert (await told(own.finds(review, justified=True), 409)).unmet == ["review.own-claim"]
    elsewhere = callers.agency("unemployment-fund", Role.SUPERVISOR)
    assert (await told(elsewhere.finds(review, justified=True), 404)).code == "review-not-found"
    assert (await told(city.finds(review, justified=True), 403)).code == "forbidden"


@pytest.mark.parametrize(
    ("agency", "kind", "more", "lacking"),
    [
        ("tamme", "life_health_client", {}, ["danger.kind-not-in-profile"]),
        ("unemployment-fund", "crime", {}, ["danger.kind-not-in-profile"]),
        ("unemployment-fund", "life_health_client", {}, []),
        ("social-insurance-board", "life_health_client", {}, ["danger.kind-not-in-profile"]),
        ("tamme", "crime", {"categories": ["risk"]}, ["danger.category-closed"]),
        ("tamme", "crime", {"categories": ["case"]}, ["danger.category-closed"]),
        ("tamme", "crime", {"categories": ["case"], "holder": "unemployment-fund"}, []),
        ("tamme", "crime", {"categories": ["existence"], "holder": "unemployment-fund"}, ["danger.category-closed"]),
        ("tamme", "crime", {"holder": "nobody-knows"}, ["danger.holder-unknown"]),
        ("tamme", "crime", {"delay": {"legal_code": HIDING, "until": "2199-01-01"}}, ["danger.delay-not-in-profile"]),
        (
            "probation",
            "life_health_other",
            {"delay": {"legal_code": HIDING, "until": "2199-01-01"}},
            ["danger.delay-too-long"],
        ),
    ],
)
async def test_each_profile_knows_its_own_dangers(
    callers: Callers,
    in_danger: dict[str, Any],
    board: Agency,
    agency: str,
    kind: str,
    more: dict[str, Any],
    lacking: list[str],
) -> None:
    await board.opens_case(in_danger["id"])
    call = callers.agency(agency).claims_danger(in_danger["id"], kind, **more)
    if not lacking:
        assert await call
        return
    refused = await told(call, 409)
    assert (refused.code, refused.unmet) == ("danger-claim-refused", lacking)


async def test_danger_opens_the_record_of_somebody_known_by_a_masked_hit_alone_where_the_profile_says_so(
    city: Agency, fund: Agency, board: Agency, probation: Agency, callers: Callers, supervisor: Agency
) -> None:
    client = await board.registers()
    [hit] = await city.looks_for(personal_code=client["identity"]["personal_code"])
    assert (await told(city.reads(client["id"]), 404)).code == "client-not-found"

    claimed = await city.claims_danger(hit["client_id"], "life_health_other", ("identity", "health"))

    seen = await city.reads(client["id"])
    assert (seen["identity"], seen["health"]) == (client["identity"], client["health"])
    assert seen["contact"] is None
    assert claimed["id"] in [review["id"] for review in await supervisor.reviews()]
    assert [word["about_id"] for word in await notifications_of(callers, client["id"])] == [claimed["id"]]
    for other in (fund, probation):
        assert (await told(other.claims_danger(client["id"], "life_health_client"), 404)).code == "client-not-found"


async def test_no_danger_opens_a_record_that_is_closed_to_all_but_named_officers(
    city: Agency, board: Agency, callers: Callers, today: date
) -> None:
    client = await board.registers()
    closing = callers.agency(board.code, Role.SUPERVISOR)
    await closing.closes_record(client["id"], f"{board.code}/siim.saar", until=today)
    assert (await told(city.claims_danger(client["id"], "crime"), 404)).code == "client-not-found"


async def test_claims_are_the_agencys_own(
    city: Agency, probation: Agency, board: Agency, callers: Callers, in_danger: dict[str, Any]
) -> None:
    claimed = await city.claims_danger(in_danger["id"], "crime")
    path = f"/clients/{in_danger['id']}/danger-claims"
    assert (await city.asks(path))["items"] == [claimed]
    assert await city.asks(f"{path}/{claimed['id']}") == claimed
    assert (await probation.asks(path))["items"] == []
    assert (await told(probation.asks(f"{path}/{claimed['id']}"), 404)).code == "danger-claim-not-found"
    assert (await told(board.claims_danger(in_danger["id"], "crime"), 404)).code == "client-not-found"
    assert (await told(callers.person(in_danger["id"]).asks(path), 403)).code == "forbidden"
