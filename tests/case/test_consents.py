"""A consent (form A2) opens one agency's rows to another, and closes them again when it is withdrawn."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.case.clients import store as clients
from services.case.consents import service
from services.case.consents.models import Grant
from services.case.consents.problems import ConsentRefused
from services.case.consents.schemas import ConsentOffer
from shared.access.models import AccessGrant
from shared.events.catalog.each_service import FOLLOWERS
from tests.case.clocks import Later
from tests.case.conftest import Callers
from tests.case.unmet import codes
from tests.support.agencies import DECLARATIONS, Agency, terms
from tests.support.caller import told, version_of
from tests.support.service import Running


async def doors(case: Running, client_id: str, grantee: str) -> set[tuple[str, str | None, str]]:
    """What the projection opens to an agency by consent: category, whose rows, on which ground."""
    columns = (AccessGrant.category, AccessGrant.source_agency, AccessGrant.ground)
    query = select(*columns).where(AccessGrant.client_id == UUID(client_id), AccessGrant.grantee == grantee)
    async with case.work() as work:
        rows = await work.check(query.where(AccessGrant.ground == "consent"))
    return {tuple(row) for row in rows}


async def test_a_consent_is_signed_and_read_back(city: Agency, client: dict[str, Any], today: date) -> None:
    consent = await city.records_consent(
        client["id"], to="unemployment-fund", categories=("needs", "health"), signed=today
    )
    assert {"source_agency": "tamme", "grantee": "unemployment-fund", "withdrawn_at": None}.items() <= consent.items()
    assert (consent["categories"], consent["state"]) == (["needs", "health"], "signed")
    assert [(one["signer"], one["relation_id"]) for one in consent["signatures"]] == [("client", None)]
    assert await city.consents_of(client["id"]) == [consent]
    assert await city.asks(f"/clients/{client['id']}/consents/{consent['id']}") == consent


async def test_a_consent_opens_the_signing_agencys_rows_in_the_projection(
    city: Agency, client: dict[str, Any], case: Running, today: date
) -> None:
    await city.records_consent(client["id"], to="unemployment-fund", categories=("needs", "plan"), signed=today)
    opened = {("needs", "tamme", "consent"), ("plan", "tamme", "consent")}
    assert await doors(case, client["id"], "unemployment-fund") == opened
    assert await doors(case, client["id"], "social-insurance-board") == set()


async def test_the_grant_lasts_whole_local_days(
    city: Agency, client: dict[str, Any], case: Running, today: date
) -> None:
    await city.records_consent(client["id"], to="unemployment-fund", signed=today, valid_until=today.isoformat())
    async with case.work() as work:
        query = select(Grant).where(Grant.client_id == UUID(client["id"]), Grant.ground == "consent")
        grant = await work.one(query)
    clock = case.runtime.clock
    assert grant.valid_from == clock.beginning_of(today)
    assert grant.valid_until == clock.beginning_of(today + timedelta(days=1))


async def test_a_consent_that_begins_later_opens_nothing_yet(
    city: Agency, fund: Agency, client: dict[str, Any], today: date
) -> None:
    later = (today + timedelta(days=7)).isoformat()
    await city.records_consent(client["id"], to=fund.code, categories=("health",), signed=today, valid_from=later)
    assert (await fund.reads(client["id"]))["health"] is None


@pytest.mark.parametrize(
    ("change", "unmet"),
    [
        ({"grantee": "tamme"}, ["consent.grantee-is-giver"]),
        ({"grantee": "no-such-agency"}, ["consent.grantee-unknown"]),
        ({"grantee": "residents"}, ["consent.grantee-unknown"]),
        ({"categories": ["existence"]}, ["consent.category-closed"]),
        ({"valid_from": "2026-01-02", "valid_until": "2026-01-01"}, ["consent.period-reversed", "consent.period-over"]),
        ({"valid_from": "2026-01-01", "valid_until": "2026-01-02"}, ["consent.period-over"]),
    ],
)
async def test_terms_that_cannot_be_signed_are_refused_with_what_is_unmet(
    city: Agency, client: dict[str, Any], today: date, change: dict[str, Any], unmet: list[str]
) -> None:
    refused = await told(city.records_consent(client["id"], to="unemployment-fund", signed=today, **change), 409)
    assert (refused.code, refused.unmet) == ("consent-refused", unmet)
    assert all(condition["source"] for condition in refused.document["unmet"])
    assert await city.consents_of(client["id"]) == []


async def test_an_agency_without_a_case_signs_nothing(city: Agency, today: date) -> None:
    client = await city.registers()
    refused = await told(city.records_consent(client["id"], to="unemployment-fund", signed=today), 409)
    assert refused.unmet == ["consent.no-open-case"]


async def test_risk_that_probation_keeps_back_is_opened_by_a_consent_that_names_it(
    probation: Agency, case: Running, client: dict[str, Any], today: date
) -> None:
    await probation.opens_case(client["id"])
    await probation.records_consent(client["id"], to="tamme", categories=("needs",), signed=today)
    assert await doors(case, client["id"], "tamme") == {("needs", "probation", "consent")}
    await probation.records_consent(client["id"], to="tamme", categories=("risk",), signed=today)
    assert ("risk", "probation", "consent") in await doors(case, client["id"], "tamme")


async def test_an_agency_whose_notice_is_not_in_use_yet_offers_nothing(
    case: Running, client: dict[str, Any], today: date
) -> None:
    form = ConsentOffer.model_validate(terms("unemployment-fund", ("needs",), today))
    async with case.work(case.actor("tamme")) as work:
        record = await clients.client(work, UUID(client["id"]))
        work.clock = Later(date(2025, 12, 31) - today)
        with pytest.raises(ConsentRefused) as refused:
            await service.offer(work, record, form)
    assert codes(refused.value.unmet) == ["consent.no-notice"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"declarations": DECLARATIONS | {"voluntary": False}}, "/declarations/voluntary"),
        ({"declarations": {"cooperates": True, "processing": True}}, "/declarations/voluntary"),
        ({"categories": []}, "/categories"),
        ({"categories": ["needs", "needs"]}, "/categories"),
        ({"categories": ["everything"]}, "/categories/0"),
        ({"grantee": "The Fund"}, "/grantee"),
        ({"purpose": ""}, "/purpose"),
    ],
)
async def test_a_sheet_a2_that_is_not_filled_is_refused_at_its_place(
    city: Agency, client: dict[str, Any], today: date, change: dict[str, Any], pointer: str
) -> None:
    call = city.records_consent(client["id"], to="unemployment-fund", signed=today, **change)
    assert (await told(call, 422)).pointers == [pointer]


async def test_a_consent_on_an_invisible_record_is_not_there(
    board: Agency, city: Agency, client: dict[str, Any], today: date
) -> None:
    assert (await told(board.records_consent(client["id"], to="tamme", signed=today), 404)).code == "client-not-found"
    consent = await city.records_consent(client["id"], to="unemployment-fund", signed=today)
    assert (await told(board.withdraws(consent), 404)).code == "consent-not-found"


async def test_the_grantee_does_not_see_the_sheet_itself(
    city: Agency, fund: Agency, client: dict[str, Any], today: date
) -> None:
    await city.records_consent(client["id"], to=fund.code, signed=today)
    assert await fund.consents_of(client["id"]) == []


@pytest.mark.usefixtures("followers")
async def test_a_withdrawn_consent_closes_the_door_and_the_receipt_says_when_each_service_did(
    city: Agency, fund: Agency, case: Running, client: dict[str, Any], today: date
) -> None:
    consent = await city.records_consent(client["id"], to=fund.code, categories=("health",), signed=today)
    assert (await fund.reads(client["id"]))["health"] == client["health"]
    receipt = await city.withdraws(consent, "Changed my mind.")
    assert receipt["complete"]
    assert [applied["service"] for applied in receipt["services"]] == ["case", *FOLLOWERS]
    assert all(applied["applied_at"] >= receipt["withdrawn_at"] for applied in receipt["services"])
    assert (await fund.reads(client["id"]))["health"] is None
    assert await doors(case, client["id"], fund.code) == set()
    assert await city.receipt_of(consent) == receipt


async def test_services_that_are_away_are_named_without_a_time(
    city: Agency, client: dict[str, Any], today: date
) -> None:
    consent = await city.records_consent(client["id"], to="unemployment-fund", signed=today)
    receipt = await city.withdraws(consent)
    away = [{"service": service, "applied_at": None} for service in FOLLOWERS]
    assert receipt["complete"] is False
    assert receipt["services"] == [{"service": "case", "applied_at": receipt["withdrawn_at"]}, *away]


@pytest.mark.usefixtures("followers")
async def test_a_consent_is_withdrawn_once_and_for_all(city: Agency, client: dict[str, Any], today: date) -> None:
    consent = await city.records_consent(client["id"], to="unemployment-fund", signed=today)
    assert (await told(city.receipt_of(consent), 404)).code == "consent-not-withdrawn"
    first = await city.withdraws(consent)
    assert await city.withdraws(consent) == first
    listed = (await city.consents_of(client["id"]))[0]
    assert (listed["withdrawn_at"], listed["version"]) == (first["withdrawn_at"], consent["version"] + 1)


async def test_a_withdrawal_of_an_older_version_is_refused(city: Agency, client: dict[str, Any], today: date) -> None:
    consent = await city.records_consent(client["id"], to="unemployment-fund", signed=today)
    path = f"/clients/{client['id']}/consents/{consent['id']}/withdrawal"
    assert (await told(city.sends(path, If_Match='"9"'), 412)).code == "stale-version"
    assert version_of(consent) == version_of((await city.consents_of(client["id"]))[0])


@pytest.mark.usefixtures("followers")
async def test_the_person_sees_all_their_consents_and_may_withdraw_each(
    city: Agency, fund: Agency, callers: Callers, client: dict[str, Any], today: date
) -> None:
    first = await city.records_consent(client["id"], to=fund.code, signed=today)
    second = await fund.records_consent(client["id"], to=city.code, signed=today)
    person = callers.person(client["id"])
    assert await person.consents_of(client["id"]) == [second, first]
    assert (await person.withdraws(second))["complete"]
    assert (await fund.consents_of(client["id"]))[0]["withdrawn_at"] is not None
    assert (await city.consents_of(client["id"]))[0]["withdrawn_at"] is None


async def test_another_person_sees_and_withdraws_nothing(
    city: Agency, callers: Callers, client: dict[str, Any], today: date
) -> None:
    consent = await city.records_consent(client["id"], to="unemployment-fund", signed=today)
    other = callers.person((await city.registers())["id"])
    assert await other.consents_of(client["id"]) == []
    assert (await told(other.withdraws(consent), 404)).code == "consent-not-found"
    call = callers.person(client["id"]).sends(f"/clients/{client['id']}/consents", {})
    assert (await told(call, 403)).code == "forbidden"


@pytest.mark.usefixtures("followers")
async def test_an_agreement_withdrawn_leaves_the_decision_waiting_again(
    city: Agency, client: dict[str, Any], today: date
) -> None:
    case = next(one for one in (await city.asks("/cases"))["items"] if one["client_id"] == client["id"])
    await city.decides(case, "case_management")
    consent = await city.records_consent(client["id"], to="unemployment-fund", signed=today)
    assert (await city.reads_case(case))["outstanding"] == []
    await city.withdraws(consent)
    waiting_for = (await city.reads_case(case))["outstanding"]
    assert [condition["code"] for condition in waiting_for] == ["decision.agreement-missing"]
