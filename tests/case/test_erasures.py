"""Erasing what the case service holds of a client: everything, one agency's rows, or some kinds of them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.case.base import Base
from services.case.clients.models import Client
from services.case.erasures.problems import StatementForged
from services.case.erasures.service import receive
from shared.actor import Actor, Role
from shared.db.errand import Errand
from shared.db.work import unit_of_work
from shared.events.catalog.each_service import ERASURE_APPLIED, FOLLOWERS
from shared.ids import new_id
from shared.rights.erasure import DUTY_TO_ACCOUNT, REFERRED_TO
from shared.rights.holdings import holdings_of
from shared.security import statements
from shared.security.statements import Signer
from tests.case.conftest import Callers
from tests.case.holding import Peers, written_at
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.service import Running

LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)
Closes = Callable[..., Awaitable[None]]
Answers = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def officer(callers: Callers) -> Agency:
    """The data-protection officer of the municipality."""
    return callers.agency("tamme", Role.DATA_PROTECTION_OFFICER)


@pytest.fixture(autouse=True)
def peers(case: Running) -> Peers:
    """The other services."""
    peers = Peers()
    case.runtime.around = replace(case.runtime.around, peers=peers)  # type: ignore[arg-type]
    return peers


@pytest.fixture
def closes(case: Running) -> Closes:
    """Ends every case of a client at an agency, long ago unless said otherwise."""

    async def close(client_id: str, agency: str = "tamme", at: datetime = LONG_AGO) -> None:
        statement = 'UPDATE "case" SET closed_at = :at WHERE client_id = :client AND owner_agency = :agency'
        async with case.runtime.engine.begin() as connection:
            await connection.execute(text(statement), {"at": at, "client": UUID(client_id), "agency": agency})
        await written_at(case, at, client_id)

    return close


async def rows_of(case: Running, client_id: str) -> dict[str, int]:
    """How many rows each personal table has of a client."""
    counted = {}
    async with case.runtime.engine.connect() as connection:
        for table in (holding.table for holding in holdings_of(Base)):
            query = text(f'SELECT count(*) FROM "{table.name}" WHERE client_id = :id')  # noqa: S608
            counted[table.name] = (await connection.execute(query, {"id": UUID(client_id)})).scalar_one()
    return {name: rows for name, rows in counted.items() if rows}


async def with_a_case(agency: Agency) -> dict[str, Any]:
    client = await agency.registers()
    case = await agency.opens_case(client["id"])
    await agency.tells_problem(case)
    await agency.decides(case, "single")
    return client


async def test_of_a_whole_erasure_only_what_accounts_for_it_is_left(
    case: Running, city: Agency, officer: Agency, closes: Closes
) -> None:
    client = await with_a_case(city)
    await closes(client["id"])

    order = await officer.orders_erasure(client["id"])

    assert await rows_of(case, client["id"]) == {"erasure_order": 1}
    assert [one["applied_at"] is None for one in order["services"]] == [False, True, True, True]
    await told(city.reads(client["id"]), 404)
    certificate = await officer.certificate_of(order)
    (own,) = certificate["services"]
    assert own["erased"].items() >= {"client": 1, "case": 1, "case_problem": 1, "client_grant": 2}.items()
    assert {kept["reason"] for kept in own["kept"]} == {DUTY_TO_ACCOUNT}
    assert {kept["table"]: kept["rows"] for kept in own["kept"]} == {"access_log": None, "erasure_order": 1}
    assert [(gap["code"], gap["service"]) for gap in certificate["gaps"]] == [
        ("erasure.gap.no-answer", "assessment"),
        ("erasure.gap.no-answer", "network"),
        ("erasure.gap.no-answer", "feedback"),
        ("erasure.gap.sealed-answers", None),
        ("erasure.gap.copies", None),
    ]
    assert not certificate["complete"]


async def test_the_statement_is_signed_and_every_kind_of_data_erased_is_logged(
    city: Agency, officer: Agency, closes: Closes, callers: Callers
) -> None:
    client = await with_a_case(city)
    await closes(client["id"])
    order = await officer.orders_erasure(client["id"])

    (own,) = (await officer.certificate_of(order))["services"]
    assert statements.read(own["statement"], own["key"], service="case")["order_id"] == order["id"]
    with pytest.raises(statements.StatementRefused):
        statements.read(own["statement"], own["key"], service="network")
    forged = own["statement"].replace(".", "x.", 1)
    with pytest.raises(statements.StatementRefused):
        statements.read(forged, own["key"], service="case")
    log = await callers.person(client["id"]).who_looked(client["id"])
    erased = [one for one in log if one["action"] == "erase"]
    assert {category for one in erased for category in one["categories"]} >= {"identity", "case", "social"}
    assert {one["ground"] for one in erased} == {"service"}


async def test_an_agency_erases_its_own_rows_and_leaves_the_others(
    case: Running, city: Agency, fund: Agency, officer: Agency, closes: Closes
) -> None:
    client = await with_a_case(fund)
    await city.tells_problem(await city.opens_case(client["id"]))
    await closes(client["id"])
    before = await rows_of(case, client["id"])

    await told(officer.orders_erasure(client["id"], agency="tamme"), 409)
    kinds = ["case", "existence"]
    order = await officer.orders_erasure(client["id"], agency="tamme", categories=kinds)

    gone = {"case": 1, "case_problem": 1, "case_presence": 1}
    left = {table: rows - gone.get(table, 0) for table, rows in before.items()}
    assert await rows_of(case, client["id"]) == {k: v for k, v in left.items() if v} | {"erasure_order": 1}
    assert (await fund.reads(client["id"]))["identity"] == client["identity"]
    assert order["categories"] == kinds


async def doors(case: Running, client_id: str) -> set[tuple[str, str]]:
    """Who is let into a client's data by grants that have not been closed, on which ground."""
    query = text("""
        SELECT grantee, ground FROM client_grant WHERE client_id = :id AND closed_at IS NULL
        UNION ALL SELECT grantee, ground FROM access_grant WHERE client_id = :id
    """)
    async with case.runtime.engine.connect() as connection:
        return {tuple(row) for row in await connection.execute(query, {"id": UUID(client_id)})}


async def let_in_on_every_ground(city: Agency, fund: Agency, board: Agency, today: date) -> str:
    """A client of the fund with whom the municipality has a case; it is let in, and lets the board in."""
    client = (await fund.registers())["id"]
    for agency in (fund, city):
        await agency.opens_case(client)
    consent = await city.records_consent(client, to=board.code, categories=("case", "needs"), signed=today)
    await city.sends(f"/clients/{client}/consents/{consent['id']}/narrowing", {"categories": ["case"]})
    await city.claims_statute(client, "SHS-additional-data", client_told_on=today.isoformat())
    await city.claims_danger(client, "crime")
    return str(client)


@pytest.mark.usefixtures("followers")
async def test_whoever_was_let_in_on_a_ground_that_is_erased_is_shut_out_everywhere(
    case: Running, city: Agency, fund: Agency, board: Agency, officer: Agency, closes: Closes, today: date
) -> None:
    client = await let_in_on_every_ground(city, fund, board, today)
    of_the_fund = {("unemployment-fund", "shared-record"), ("unemployment-fund", "existence")}
    of_the_city = {("tamme", ground) for ground in ("shared-record", "existence", "statute", "danger")}
    assert await doors(case, client) == of_the_fund | of_the_city | {("social-insurance-board", "consent")}
    await closes(client)

    await officer.orders_erasure(client, agency="tamme", categories=["case", "existence"])

    assert await doors(case, client) == of_the_fund
    closed = text(
        "SELECT count(*) FROM outbox WHERE subject LIKE 'evt.case.grant.closed.%' AND envelope::text LIKE :of"
    )
    async with case.runtime.engine.connect() as connection:
        told = await connection.execute(closed, {"of": f"%{client}%"})
        assert told.scalar_one() == len(["the terms before they were narrowed", "the terms since", *of_the_city])


@pytest.mark.usefixtures("followers")
async def test_whoever_was_let_in_on_a_ground_that_stays_is_not_shut_out(
    case: Running, city: Agency, fund: Agency, board: Agency, officer: Agency, closes: Closes, today: date
) -> None:
    client = await let_in_on_every_ground(city, fund, board, today)
    await closes(client)
    before = await doors(case, client)

    await officer.orders_erasure(client, agency="tamme", categories=["needs", "journal"])

    assert await doors(case, client) == before


@pytest.mark.usefixtures("followers")
async def test_a_record_closed_by_a_restriction_that_is_erased_is_open_again(
    callers: Callers, city: Agency, fund: Agency, officer: Agency, closes: Closes, today: date
) -> None:
    client = (await city.registers())["id"]
    await fund.opens_case(client)
    await city.opens_case(client)
    await callers.agency("tamme", Role.SUPERVISOR).closes_record(
        client, "tamme/tamme.officer", until=today + timedelta(days=30)
    )
    await closes(client)
    await told(fund.reads(client), 404)

    await officer.orders_erasure(client, agency="tamme", categories=["case"])

    assert (await fund.reads(client))["id"] == client


async def test_what_rows_that_stay_refer_to_stays_and_is_named(
    case: Running, city: Agency, officer: Agency, closes: Closes
) -> None:
    client = await with_a_case(city)
    await closes(client["id"])

    order = await officer.orders_erasure(client["id"], agency="tamme", categories=["case", "identity"])

    (own,) = (await officer.certificate_of(order))["services"]
    kept = {one["table"]: one["reason"] for one in own["kept"] if one["reason"] == REFERRED_TO}
    assert kept == {"client": REFERRED_TO, "case": REFERRED_TO}
    assert own["erased"].keys() == {"client_identity", "client_identifier", "case_problem", "initial_decision"}
    left = await rows_of(case, client["id"])
    assert left["case_presence"] == left["case"] == 1


@pytest.mark.parametrize(
    ("at", "lacks"),
    [(None, "erasure.open-case"), (datetime.now(UTC), "erasure.period-not-over")],
    ids=["a case is open", "the time to keep is not over"],
)
async def test_what_is_still_needed_is_not_erased(
    case: Running, city: Agency, officer: Agency, closes: Closes, at: datetime | None, lacks: str
) -> None:
    client = await with_a_case(city)
    if at is not None:
        await closes(client["id"], at=at)
    before = await rows_of(case, client["id"])

    assert (await told(officer.orders_erasure(client["id"]), 409)).unmet == [lacks]
    assert await rows_of(case, client["id"]) == before


async def test_one_erasure_of_a_client_at_a_time(city: Agency, officer: Agency, closes: Closes) -> None:
    client = await with_a_case(city)
    await closes(client["id"])
    await officer.orders_erasure(client["id"], agency="tamme", categories=["needs"])
    assert (await told(officer.orders_erasure(client["id"]), 409)).unmet == ["erasure.under-way"]


async def test_an_erasure_gives_way_to_who_is_writing_about_anybody(
    case: Running, city: Agency, officer: Agency, closes: Closes
) -> None:
    client = await with_a_case(city)
    await closes(client["id"])
    async with case.work() as work:
        await work.aliases.survivor(new_id())
        await told(officer.orders_erasure(client["id"]), 503)
    assert (await city.reads(client["id"]))["id"] == client["id"]

    await officer.orders_erasure(client["id"])


class Keys:
    """The other services, each of which shows the keys of its statements, which it has changed once."""

    def __init__(self) -> None:
        self.before = {service: f"{place:02}" * 32 for place, service in enumerate(FOLLOWERS)}
        self.signers = {service: Signer(service, "88" * 32, [key]) for service, key in self.before.items()}

    async def call(self, peer: str, method: str, path: str, **_: Any) -> list[dict[str, Any]]:
        return self.signers[peer].all_public


@pytest.fixture
async def answers(case: Running, city: Agency, officer: Agency, closes: Closes) -> Answers:
    """Answers to an order in a service's name, by a statement that somebody has signed; and who has answered by now."""
    client = await with_a_case(city)
    await closes(client["id"])
    order = await officer.orders_erasure(client["id"])
    keys = Keys()
    around = replace(case.runtime.around, peers=keys)  # type: ignore[arg-type]
    order_id = {"order_id": order["id"], "client_id": client["id"]}

    async def answer(service: str, *, signer: Signer | None = None, **said: str) -> dict[str, Any]:
        done = {"erased": {}, "kept": [], "erased_at": LONG_AGO.isoformat()} | order_id | said
        statement = (signer or keys.signers[service]).sign(done)
        applied = ERASURE_APPLIED[service].model_validate(order_id | {"statement": statement, "applied_at": LONG_AGO})
        async with unit_of_work(around, Actor.service("case", "request", "erasure"), Errand("test")) as work:
            await receive(work, service, applied)
            await work.commit()
        return await officer.certificate_of(order)

    return answer


async def test_the_certificate_is_complete_when_every_service_has_signed(answers: Answers) -> None:
    *others, last = FOLLOWERS
    for service in others:
        assert not (await answers(service))["complete"]

    certificate = await answers(last)

    assert certificate["complete"]
    assert {gap["code"] for gap in certificate["gaps"]} == {"erasure.gap.sealed-answers", "erasure.gap.copies"}
    signed = {
        one["service"]: statements.read(one["statement"], one["key"], service=one["service"])
        for one in certificate["services"]
    }
    assert signed.keys() == {"case", *FOLLOWERS}


async def test_what_was_signed_before_a_change_of_keys_is_believed_after_it(answers: Answers) -> None:
    earlier = Signer("network", Keys().before["network"])

    (one,) = [one for one in (await answers("network", signer=earlier))["services"] if one["service"] == "network"]

    assert statements.read(one["statement"], one["key"], service="network")["erased"] == {}
    assert one["key"]["kid"] == earlier.public["kid"]


@pytest.mark.parametrize(
    "forged",
    [
        {"signer": Signer("network", "99" * 32)},
        {"signer": Signer("feedback", "88" * 32)},
        {"order_id": str(new_id())},
        {"client_id": str(new_id())},
    ],
    ids=["signed with another key", "signed by another service", "about another order", "about another client"],
)
async def test_a_statement_that_the_service_has_not_signed_about_the_order_is_not_kept(
    answers: Answers, forged: dict[str, Any]
) -> None:
    with pytest.raises(StatementForged):
        await answers("network", **forged)

    assert {one["service"] for one in (await answers("feedback"))["services"]} == {"case", "feedback"}


async def test_who_may_order_and_who_may_see(city: Agency, callers: Callers, officer: Agency, closes: Closes) -> None:
    client = await with_a_case(city)
    await closes(client["id"])
    await told(city.orders_erasure(client["id"]), 403)
    elsewhere = callers.agency("probation", Role.DATA_PROTECTION_OFFICER)
    await told(elsewhere.orders_erasure(client["id"]), 404)

    order = await officer.orders_erasure(client["id"])

    await told(elsewhere.asks(f"/erasures/{order['id']}"), 404)
    person = callers.person(client["id"])
    assert [one["id"] for one in (await person.asks(f"/clients/{client['id']}/erasures"))["items"]] == [order["id"]]


async def test_nothing_that_another_agency_has_written_goes_with_the_whole(
    city: Agency, officer: Agency, closes: Closes, peers: Peers
) -> None:
    client = await with_a_case(city)
    await closes(client["id"])
    peers.holds(client["id"], "unemployment-fund", "needs", LONG_AGO)

    for reason in ({}, {"reason": "unlawful", "legal_code": "IKS-15"}):
        assert (await told(officer.orders_erasure(client["id"], **reason), 409)).unmet == ["erasure.needed-by-others"]
    await officer.orders_erasure(client["id"], agency="tamme", categories=["needs"])


async def test_what_was_written_since_the_case_ended_waits_as_long(
    city: Agency, officer: Agency, closes: Closes, peers: Peers
) -> None:
    client = await with_a_case(city)
    await closes(client["id"])
    peers.holds(client["id"], "tamme", "needs", datetime.now(UTC))

    kinds = ["case", "needs"]
    refused = await told(officer.orders_erasure(client["id"], agency="tamme", categories=kinds), 409)
    assert refused.unmet == ["erasure.period-not-over"]
    await officer.orders_erasure(client["id"], agency="tamme", categories=["case"])


async def test_only_what_no_other_service_bears_on_is_erased_while_one_is_away(
    city: Agency, officer: Agency, closes: Closes, peers: Peers
) -> None:
    client = await with_a_case(city)
    await closes(client["id"])
    peers.away = True
    unlawful = {"reason": "unlawful", "legal_code": "IKS-15"}
    for terms in (unlawful, unlawful | {"agency": "tamme"}, {"agency": "tamme", "categories": ["case"]}):
        await told(officer.orders_erasure(client["id"], **terms), 503)
    await officer.orders_erasure(client["id"], agency="tamme", categories=["case"], **unlawful)


async def test_the_certificate_tells_of_no_danger_claim_of_which_the_person_is_not_to_know_yet(
    case: Running, city: Agency, probation: Agency, callers: Callers, closes: Closes, today: date
) -> None:
    client = await with_a_case(city)
    await probation.opens_case(client["id"])
    delay = {"legal_code": "AJ-prison-service", "until": (today + timedelta(days=3)).isoformat()}
    await probation.claims_danger(client["id"], "life_health_client", delay=delay)
    await closes(client["id"], "probation")
    assert (await rows_of(case, client["id"]))["danger_claim"] == 1
    officer = callers.agency("probation", Role.DATA_PROTECTION_OFFICER)

    unlawful = {"reason": "unlawful", "legal_code": "IKS-15"}
    order = await officer.orders_erasure(client["id"], agency="probation", categories=["case"], **unlawful)

    certificate = await callers.person(client["id"]).asks(f"/erasures/{order['id']}/certificate")
    (own,) = certificate["services"]
    assert "danger_claim" not in own["erased"].keys() | (await rows_of(case, client["id"])).keys()


async def test_a_closed_record_is_not_found_and_not_erased_by_an_officer_who_is_not_named(
    case: Running, city: Agency, callers: Callers, officer: Agency, closes: Closes, today: date
) -> None:
    client = await with_a_case(city)
    supervisor = callers.agency("tamme", Role.SUPERVISOR, officer="helle.paju")
    await supervisor.closes_record(client["id"], "tamme/helle.paju", until=today + timedelta(days=30))
    await told(officer.orders_erasure(client["id"]), 404)
    await closes(client["id"])
    before = await rows_of(case, client["id"])

    await told(officer.orders_erasure(client["id"]), 404)

    assert await rows_of(case, client["id"]) == before


async def test_the_certificate_is_printed(city: Agency, officer: Agency, closes: Closes) -> None:
    client = await with_a_case(city)
    await closes(client["id"])
    order = await officer.orders_erasure(client["id"])

    headers = {"Accept": "application/pdf", "Accept-Language": "ru"}
    response = await officer.http.get(f"/api/v1/erasures/{order['id']}/certificate", headers=headers)

    assert (response.status_code, response.headers["content-type"]) == (200, "application/pdf")
    assert response.content.startswith(b"%PDF-")


@pytest.fixture
async def bare(case: Running, city: Agency, officer: Agency, closes: Closes) -> dict[str, Any]:
    """The order that erased somebody whom another person names as a relation; so the root of the record stays."""
    parent = await with_a_case(city)
    child = await city.registers()
    async with case.work() as work:
        root = (await work.session.get(Client, UUID(child["id"]))) or pytest.fail("no root")
        relation = root.relations[0]
        relation.name, relation.related_client_id = None, UUID(parent["id"])
        await work.commit()
    await closes(parent["id"])
    return await officer.orders_erasure(parent["id"])


async def test_a_record_that_another_person_names_keeps_its_bare_root(
    case: Running, officer: Agency, bare: dict[str, Any]
) -> None:
    (own,) = (await officer.certificate_of(bare))["services"]

    assert {one["table"] for one in own["kept"] if one["reason"] == REFERRED_TO} == {"client"}
    assert await rows_of(case, bare["client_id"]) == {"client": 1, "erasure_order": 1}


Writes = Callable[[Agency, str], Awaitable[Any]]


async def opens_case(agency: Agency, client: str) -> None:
    await agency.opens_case(client)


async def reacts_to_notice(agency: Agency, client: str) -> None:
    notice = await agency.takes_notice(date(2026, 3, 2))
    await agency.reacts(notice, "react", client_id=client)


async def founds_household(agency: Agency, client: str) -> None:
    await agency.sends("/households", {"members": [{"client_id": client, "since": "2026-03-02"}]})


async def links_external_id(agency: Agency, client: str) -> None:
    await agency.sends(f"/clients/{client}/external-ids", {"system": "own-system", "value": client})


@pytest.mark.parametrize("writes", [opens_case, reacts_to_notice, founds_household, links_external_id])
async def test_nothing_is_written_under_the_id_of_an_erased_client(
    case: Running, city: Agency, probation: Agency, bare: dict[str, Any], writes: Writes
) -> None:
    client = bare["client_id"]
    before = await rows_of(case, client)

    assert (await told(writes(city, client), 410)).unmet == ["client.erased"]
    await told(writes(probation, client), 404)

    assert await rows_of(case, client) == before
