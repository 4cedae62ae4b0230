"""A consent is offered, signed by whoever must sign, narrowed, withdrawn, or ends by itself."""

import hashlib
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.case.consents.models import Grant
from services.case.profiles.store import profiles
from services.case.timekeeper import close_grant, done
from shared.access.models import AccessGrant
from shared.events.catalog.each_service import FOLLOWERS
from shared.events.models import Outgoing
from shared.labels import Language
from tests.case.clocks import Later, time_is_kept
from tests.case.conftest import Callers
from tests.support.agencies import Agency, signed_on
from tests.support.caller import told
from tests.support.people import form_a, personal_code
from tests.support.service import Running

HALF_A_YEAR = timedelta(days=183)
GUARDIAN = {"kind": "legal_representative", "basis": "guardian", "name": "Aino Näide", "relation": "guardian"}


def told_day(day: date, later: int) -> str:
    """A day some days later, as it travels."""
    return (day + timedelta(days=later)).isoformat()


def recorded(one: dict[str, Any]) -> tuple[str, str]:
    """Who recorded something, and through which system."""
    return one["recorded_by"], one["recorded_through"]


async def open_to(case: Running, client_id: str, grantee: str) -> set[str]:
    """The categories that consents open to an agency."""
    query = select(AccessGrant.category).where(
        AccessGrant.client_id == UUID(client_id), AccessGrant.grantee == grantee, AccessGrant.ground == "consent"
    )
    async with case.work() as work:
        return {row.category for row in await work.check(query)}


async def told_of(case: Running, consent: dict[str, Any]) -> list[str]:
    """What was announced of the grants given by consent about a client, in order."""
    mine = select(Grant.id).where(Grant.client_id == UUID(consent["client_id"]), Grant.ground == "consent")
    query = select(Outgoing.subject).where(Outgoing.aggregate_id.in_(mine)).order_by(Outgoing.seq)
    async with case.work() as work:
        return [row.subject.rsplit(".", 2)[1] for row in await work.check(query)]


async def born(city: Agency, today: date, years: int, **sections: Any) -> dict[str, Any]:
    """Somebody of an age, with a case of the municipality."""
    code = personal_code(today.replace(year=today.year - years, day=1))
    identity = {"first_name": "Noor", "last_name": "Näide", "personal_code": code} | sections.pop("identity", {})
    client = await city.registers(form_a(identity=identity, **sections))
    await city.opens_case(client["id"])
    return client


async def test_an_offer_opens_nothing_until_it_is_signed(
    city: Agency, case: Running, client: dict[str, Any], today: date
) -> None:
    offered = await city.offers_consent(client["id"], to="unemployment-fund", today=today)
    assert (offered["state"], offered["signed_on"], offered["signatures"]) == ("offered", None, [])
    assert await open_to(case, client["id"], "unemployment-fund") == set()
    assert (await told(city.consent_receipt(offered), 404)).code == "consent-not-signed"
    signed = await city.signs_offer(offered, signed_on(today))
    assert (signed["state"], signed["signed_on"]) == ("signed", today.isoformat())
    assert await open_to(case, client["id"], "unemployment-fund") == {"needs"}
    assert (await told(city.signs_offer(offered, signed_on(today)), 409)).unmet == ["consent.not-offered"]


async def test_the_person_signs_an_offer_and_it_opens_the_rows_of_who_offered(
    city: Agency, callers: Callers, case: Running, client: dict[str, Any], today: date
) -> None:
    offered = await city.offers_consent(client["id"], to="unemployment-fund", categories=("health",), today=today)
    signed = await callers.person(client["id"]).signs_offer(offered, signed_on(today))
    assert (signed["state"], signed["source_agency"]) == ("signed", "tamme")
    async with case.work() as work:
        opened = select(AccessGrant.source_agency).where(AccessGrant.client_id == UUID(client["id"]))
        rows = await work.check(opened.where(AccessGrant.ground == "consent"))
    assert [row.source_agency for row in rows] == ["tamme"]


async def test_another_agency_or_person_signs_no_offer(
    city: Agency, fund: Agency, callers: Callers, client: dict[str, Any], today: date
) -> None:
    offered = await city.offers_consent(client["id"], to=fund.code, today=today)
    assert (await told(fund.signs_offer(offered, signed_on(today)), 404)).code == "consent-not-found"
    other = callers.person((await city.registers())["id"])
    assert (await told(other.signs_offer(offered, signed_on(today)), 404)).code == "client-not-found"


@pytest.mark.usefixtures("followers")
async def test_a_receipt_shows_who_agreed_to_what_and_how(
    city: Agency, callers: Callers, client: dict[str, Any], today: date
) -> None:
    offered = await city.offers_consent(client["id"], to="unemployment-fund", categories=("health",), today=today)
    await city.signs_offer(offered, signed_on(today))
    receipt = await city.consent_receipt(offered)
    text = profiles()["municipality"].grounds.notice(1).into("et")
    assert receipt["notice"] == {
        "version": 1,
        "language": "et",
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "text": text,
    }
    same = ("client_id", "source_agency", "grantee", "purpose", "state", "signed_on")
    expected = (client["id"], "tamme", "unemployment-fund", "case-management", "signed", today.isoformat())
    assert tuple(receipt[name] for name in same) == expected
    assert receipt["declarations"] == ["cooperates", "processing", "voluntary"]
    by = {"recorded_by": "tamme/tamme.officer", "recorded_through": "tamme"}
    assert receipt["signatures"] == [{"signer": "client", "relation_id": None, **by}]
    assert by.items() <= receipt.items()
    assert [(terms["categories"], terms["valid_until"]) for terms in receipt["terms"]] == [
        (["health"], offered["valid_until"])
    ]
    person = callers.person(client["id"])
    assert (await person.consent_receipt(offered))["terms"] == receipt["terms"]


@pytest.mark.usefixtures("followers")
async def test_a_receipt_says_who_recorded_each_step(
    case: Running, callers: Callers, client: dict[str, Any], today: date
) -> None:
    first = callers.agency("tamme", officer="mari.maasikas", system="tamme-register")
    second = callers.agency("tamme", officer="juhan.kask", system="tamme-register")
    person = callers.person(client["id"])
    offered = await first.offers_consent(
        client["id"], to="unemployment-fund", categories=("health", "needs"), today=today
    )
    await person.signs_offer(offered, signed_on(today))
    await second.narrows(offered, categories=["needs"])
    withdrawn = await person.withdraws(offered)
    receipt = await first.consent_receipt(offered)
    by_first = ("tamme/mari.maasikas", "tamme-register")
    by_second = ("tamme/juhan.kask", "tamme-register")
    by_person = ("residents/self", "residents")
    assert recorded(receipt) == recorded(offered) == by_first
    assert [recorded(one) for one in receipt["signatures"]] == [by_person]
    assert [recorded(one) for one in receipt["terms"]] == [by_person, by_second]
    for one in (receipt, withdrawn):
        assert (one["withdrawn_by"], one["withdrawn_through"]) == by_person


@pytest.mark.parametrize(("spoken", "shown", "expected"), [("ru", None, "ru"), ("ru", "en", "en"), (None, None, "et")])
async def test_every_consent_names_the_notice_that_was_shown(
    city: Agency, today: date, spoken: str | None, shown: str | None, expected: Language
) -> None:
    client = await born(city, today, 40, **({"contact": {"preferred_language": spoken}} if spoken else {}))
    said: dict[str, Any] = {"notice_language": shown} if shown else {}
    consent = await city.records_consent(client["id"], to="unemployment-fund", signed=today, **said)
    notice = (await city.consent_receipt(consent))["notice"]
    text = profiles()["municipality"].grounds.notice(1).into(expected)
    assert (notice["version"], notice["language"], notice["text"]) == (1, expected, text)


@pytest.mark.usefixtures("followers")
async def test_a_narrowed_consent_opens_less_and_keeps_what_it_said_before(
    city: Agency, case: Running, client: dict[str, Any], today: date
) -> None:
    consent = await city.records_consent(
        client["id"], to="unemployment-fund", categories=("health", "needs"), signed=today
    )
    until = (today + timedelta(days=30)).isoformat()
    receipt = await city.narrows(consent, categories=["needs"], valid_until=until)
    assert (receipt["state"], receipt["complete"]) == ("narrowed", True)
    assert [applied["service"] for applied in receipt["services"]] == ["case", *FOLLOWERS]
    assert [(terms["categories"], terms["valid_until"]) for terms in receipt["terms"]] == [
        (["health", "needs"], consent["valid_until"]),
        (["needs"], until),
    ]
    assert await open_to(case, client["id"], "unemployment-fund") == {"needs"}
    assert sorted(await told_of(case, consent)) == ["closed", "opened", "opened"]
    listed = (await city.consents_of(client["id"]))[0]
    assert (listed["categories"], listed["valid_until"], listed["state"]) == (["needs"], until, "narrowed")


@pytest.mark.usefixtures("followers")
async def test_a_narrowed_consent_is_withdrawn_as_a_whole(
    city: Agency, callers: Callers, case: Running, client: dict[str, Any], today: date
) -> None:
    consent = await city.records_consent(
        client["id"], to="unemployment-fund", categories=("health", "needs"), signed=today
    )
    person = callers.person(client["id"])
    await person.narrows(consent, categories=["needs"])
    assert (await person.withdraws(consent))["complete"]
    assert await open_to(case, client["id"], "unemployment-fund") == set()
    assert (await city.consent_receipt(consent))["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("less", "unmet"),
    [
        ({"categories": ["needs", "health"]}, ["consent.wider"]),
        ({"valid_until": "2199-01-01"}, ["consent.longer"]),
        ({"valid_until": "2026-01-01"}, ["consent.period-over"]),
        ({}, ["consent.nothing-narrowed"]),
    ],
)
async def test_a_consent_is_never_widened(
    city: Agency, client: dict[str, Any], today: date, less: dict[str, Any], unmet: list[str]
) -> None:
    consent = await city.records_consent(client["id"], to="unemployment-fund", signed=today)
    refused = await told(city.narrows(consent, **less), 409)
    assert (refused.code, refused.unmet) == ("consent-refused", unmet)


async def test_what_was_only_offered_is_not_narrowed(city: Agency, client: dict[str, Any], today: date) -> None:
    offered = await city.offers_consent(client["id"], to="unemployment-fund", today=today)
    assert "consent.not-in-force" in (await told(city.narrows(offered, valid_until=today.isoformat()), 409)).unmet


async def test_the_person_declines_an_offer_and_nothing_is_opened_by_it(
    city: Agency, callers: Callers, case: Running, client: dict[str, Any], today: date
) -> None:
    offered = await city.offers_consent(client["id"], to="unemployment-fund", today=today)
    declined = await callers.person(client["id"]).withdraws(offered, "I do not want to.")
    assert (declined["complete"], declined["services"]) == (True, [])
    assert (await city.consents_of(client["id"]))[0]["state"] == "withdrawn"
    assert (await told(city.signs_offer(offered, signed_on(today)), 409)).unmet == ["consent.not-offered"]
    assert await open_to(case, client["id"], "unemployment-fund") == set()
    assert await told_of(case, offered) == []


async def test_an_offer_that_nobody_signed_in_time_can_still_be_declined(
    city: Agency, case: Running, client: dict[str, Any], today: date
) -> None:
    offered = await city.offers_consent(client["id"], to="unemployment-fund", today=today)
    await time_is_kept(case, HALF_A_YEAR)
    assert (await city.consents_of(client["id"]))[0]["state"] == "expired"
    await city.withdraws(offered)
    assert (await city.consents_of(client["id"]))[0]["state"] == "withdrawn"


async def test_nobody_signs_on_a_day_to_come_nor_before_the_offer(
    city: Agency, callers: Callers, client: dict[str, Any], today: date
) -> None:
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    call = city.records_consent(client["id"], to="unemployment-fund", signed=today, signed_on="2199-01-01")
    refused = await told(call, 409)
    assert (refused.unmet, refused.document["unmet"][0]["pointer"]) == (["consent.signed-in-future"], "/signed_on")
    offered = await city.offers_consent(client["id"], to="unemployment-fund", today=today)
    person = callers.person(client["id"])
    assert (await told(person.signs_offer(offered, signed_on(tomorrow)), 409)).unmet == ["consent.signed-in-future"]
    assert (await told(city.signs_offer(offered, signed_on(yesterday)), 409)).unmet == ["consent.signed-before-offer"]
    assert await city.records_consent(client["id"], to="unemployment-fund", signed=yesterday)


async def test_a_child_does_not_sign_for_their_own_representative(city: Agency, callers: Callers, today: date) -> None:
    client = await born(city, today, 8, relations=[GUARDIAN])
    offered = await city.offers_consent(client["id"], to="unemployment-fund", today=today)
    child, both = callers.person(client["id"]), signed_on(today, "client", "representative")
    refused = await told(child.signs_offer(offered, both), 409)
    assert refused.unmet == ["consent.person-signs-for-self-only"]
    assert refused.document["unmet"][0]["pointer"] == "/signatures"
    alone = await told(child.signs_offer(offered, signed_on(today)), 409)
    assert alone.unmet == ["consent.representative-missing"]
    assert (await city.signs_offer(offered, both))["state"] == "signed"


async def test_who_signs_depends_on_the_age_on_the_day_of_the_signature(city: Agency, today: date) -> None:
    client = await born(city, today, 18)
    birthday = today.replace(day=1)
    call = city.records_consent(client["id"], to="unemployment-fund", signed=today, signed_on=told_day(birthday, -1))
    assert (await told(call, 409)).unmet == ["consent.representative-missing"]
    assert await city.records_consent(
        client["id"], to="unemployment-fund", signed=today, signed_on=told_day(birthday, 0)
    )


async def test_a_consent_ends_by_itself_and_says_so_once(
    city: Agency, case: Running, client: dict[str, Any], today: date
) -> None:
    consent = await city.records_consent(client["id"], to="unemployment-fund", signed=today)
    offered = await city.offers_consent(client["id"], to="social-insurance-board", today=today)
    await time_is_kept(case, HALF_A_YEAR - timedelta(days=3))
    assert await told_of(case, consent) == ["opened"]
    for _ in range(2):
        await time_is_kept(case, HALF_A_YEAR)
        assert await told_of(case, consent) == ["opened", "closed"]
    assert await open_to(case, client["id"], "unemployment-fund") == set()
    states = {one["id"]: one["state"] for one in await city.consents_of(client["id"])}
    assert states == {consent["id"]: "expired", offered["id"]: "expired"}
    assert (await told(city.withdraws(consent), 409)).unmet == ["consent.not-in-force"]


async def test_a_timekeeper_that_dies_leaves_the_grant_to_the_next(
    city: Agency, case: Running, client: dict[str, Any], today: date
) -> None:
    consent = await city.records_consent(client["id"], to="unemployment-fund", signed=today)
    around = case.runtime.around
    async with case.work() as work:
        work.clock = Later(HALF_A_YEAR)
        assert await close_grant(work)  # and is never committed
    assert await told_of(case, consent) == ["opened"]
    assert await done(around, close_grant) is False
    await time_is_kept(case, HALF_A_YEAR)
    assert await told_of(case, consent) == ["opened", "closed"]


@pytest.mark.parametrize(
    ("years", "signers", "lacking"),
    [
        (17, (), ["consent.representative-missing"]),
        (17, ("representative",), ["consent.client-signature-missing"]),
        (17, ("client", "representative"), []),
        (7, ("client", "representative"), []),
        (6, ("client",), ["consent.representative-missing"]),
        (6, ("representative",), []),
        (40, ("representative",), ["consent.client-signature-missing"]),
    ],
)
async def test_who_signs_for_a_child(
    city: Agency, today: date, years: int, signers: tuple[str, ...], lacking: list[str]
) -> None:
    client = await born(city, today, years, relations=[GUARDIAN])
    call = city.records_consent(client["id"], to="unemployment-fund", signed=today, **signed_on(today, *signers))
    if lacking:
        refused = await told(call, 409)
        assert refused.unmet == lacking
        assert refused.document["unmet"][0]["pointer"] == "/signatures"
    else:
        assert [one["signer"] for one in (await call)["signatures"]] == list(signers)


@pytest.mark.parametrize(
    ("decided", "needed"), [("restricted", ("client", "representative")), ("none", ("representative",))]
)
async def test_who_signs_for_a_grown_up_of_whose_capacity_a_court_decided(
    city: Agency, today: date, decided: str, needed: tuple[str, ...]
) -> None:
    client = await born(city, today, 40, identity={"legal_capacity": decided}, relations=[GUARDIAN])
    refused = await told(city.records_consent(client["id"], to="unemployment-fund", signed=today), 409)
    assert refused.unmet == ["consent.representative-missing"]
    terms = signed_on(today, *needed)
    assert await city.records_consent(client["id"], to="unemployment-fund", signed=today, **terms)


@pytest.mark.parametrize(
    "relation",
    [
        None,
        GUARDIAN | {"basis": None},
        GUARDIAN | {"kind": "cohabiting_family", "basis": None},
        GUARDIAN | {"valid_until": "2020-01-01"},
        GUARDIAN | {"valid_from": "2100-01-01"},
    ],
)
async def test_a_representative_who_does_not_stand_on_the_record_with_a_basis_cannot_sign(
    city: Agency, today: date, relation: dict[str, Any] | None
) -> None:
    client = await born(city, today, 10, relations=[relation] if relation else [])
    signed = signed_on(today, "client", "representative")
    call = city.records_consent(client["id"], to="unemployment-fund", signed=today, **signed)
    assert (await told(call, 409)).unmet == ["consent.representative-not-on-record"]


@pytest.mark.parametrize(
    ("years", "decided", "basis", "lacking"),
    [
        (5, None, "parent", []),
        (5, None, "foster_parent", ["consent.representative-not-entitled"]),
        (5, None, "authorisation", ["consent.representative-not-entitled"]),
        (60, "none", "guardian", []),
        (60, "none", "court", []),
        (60, "none", "parent", ["consent.representative-not-entitled"]),
        (60, "none", "carer", ["consent.representative-not-entitled"]),
        (60, "none", "authorisation", ["consent.representative-not-entitled"]),
    ],
)
async def test_on_which_basis_a_representative_signs(
    city: Agency, today: date, years: int, decided: str | None, basis: str, lacking: list[str]
) -> None:
    client = await born(
        city, today, years, identity={"legal_capacity": decided}, relations=[GUARDIAN | {"basis": basis}]
    )
    signed = signed_on(today, "representative")
    call = city.records_consent(client["id"], to="unemployment-fund", signed=today, **signed)
    if lacking:
        assert (await told(call, 409)).unmet == lacking
    else:
        assert (await call)["state"] == "signed"
