"""Use cases of cases: one unit of work each."""

from typing import Any
from uuid import UUID

from services.case.cases import rules, store
from services.case.cases.models import Case, CasePresence, Decision, Problem, ServiceContact
from services.case.cases.problems import CaseRefused, DecisionRefused
from services.case.cases.schemas import CaseOpening, ContactForm, DecisionForm, ProblemForm
from services.case.clients import store as clients
from services.case.clients.problems import ClientNotFound
from services.case.consents import grants
from services.case.profiles.schemas import Profile
from services.case.profiles.store import profiles
from shared.access.categories import Category, Ground
from shared.db.work import UnitOfWork
from shared.events.catalog.case import CaseOpened, ContactNoted, InitialDecisionMade
from shared.http.days import refuse_days_to_come
from shared.ids import new_id

SHARED_RECORD = (Category.IDENTITY, Category.CONTACT)


async def open_case(work: UnitOfWork, client_id: UUID, opening: CaseOpening) -> Case:
    """Open the agency's case on the shared record, which lets it see identity, contact and who else is involved."""
    if not await clients.exists(work, client_id):
        raise ClientNotFound
    await work.serialise_on(f"case:{client_id}:{work.actor.agency}")
    await _refuse_unless_met(work, client_id, opening)
    case = _case(work, client_id, opening)
    work.add(case)
    await work.flush()
    work.add(_presence(work, case))
    await _let_in(work, client_id)
    work.announce(CaseOpened(client_id=client_id, case_id=case.id), of=case)
    return case


async def tell_problem(work: UnitOfWork, case: Case, form: ProblemForm) -> Problem:
    """Record a problem as one informant tells it."""
    problem = Problem(**_scope(case, Category.CASE), recorded_at=work.clock.now(), **form.model_dump())
    work.add(problem)
    await work.flush()
    return problem


async def decide(work: UnitOfWork, case: Case, form: DecisionForm) -> Case:
    """Make the initial decision."""
    work.expect(case)
    if unmet := rules.decision_unmet(
        form.decision, len(form.activities), len(form.needs), decided=case.decision is not None
    ):
        raise DecisionRefused(unmet)
    case.decision = Decision(
        **_scope(case, Category.CASE),
        decided_at=work.clock.now(),
        decided_by=work.actor.officer,
        **form.model_dump(mode="json"),
    )
    case.touch()
    event = InitialDecisionMade(client_id=case.client_id, case_id=case.id, decision=form.decision)
    work.announce(event, of=case)
    return case


async def note_contact(work: UnitOfWork, case: Case, form: ContactForm) -> ServiceContact:
    """Note that the client was served; feedback decides whether to ask how it was."""
    refuse_days_to_come(form, work.clock)
    contact = ServiceContact(
        id=new_id(), **_scope(case, Category.JOURNAL), officer=work.actor.officer, **form.model_dump()
    )
    work.add(contact)
    event = ContactNoted(
        client_id=case.client_id,
        case_id=case.id,
        contact_id=contact.id,
        agency=case.owner_agency,
        service=form.service,
        nature=_profile(work).service_nature,
        occurred_at=form.occurred_at,
    )
    work.announce(event, of=case)
    return contact


async def _refuse_unless_met(work: UnitOfWork, client_id: UUID, opening: CaseOpening) -> None:
    unmet = rules.opening_unmet(
        has_open_case=await store.open_case_id(work, client_id, work.actor.agency) is not None,
        source=opening.source,
        sources=_profile(work).contact_sources,
        has_a_choice=_profile(work).service_nature != "enforcement",
        voluntary=opening.voluntary,
    )
    if unmet:
        raise CaseRefused(unmet)


async def _let_in(work: UnitOfWork, client_id: UUID) -> None:
    agency, now = work.actor.agency, work.clock.now()
    for ground, categories in ((Ground.SHARED_RECORD, SHARED_RECORD), (Ground.EXISTENCE, [Category.EXISTENCE])):
        await grants.give(work, client_id, agency, categories, ground, valid_from=now)


def _case(work: UnitOfWork, client_id: UUID, opening: CaseOpening) -> Case:
    return Case(
        id=new_id(),
        owner_agency=work.actor.agency,
        client_id=client_id,
        category=Category.CASE,
        coordinator=opening.coordinator or work.actor.officer,
        decision=None,
        **opening.model_dump(exclude={"coordinator", "voluntary"}),
        voluntary=_profile(work).service_nature == "voluntary" if opening.voluntary is None else opening.voluntary,
    )


def _profile(work: UnitOfWork) -> Profile:
    return profiles()[work.actor.agency_kind]


def _presence(work: UnitOfWork, case: Case) -> CasePresence:
    return CasePresence(
        owner_agency=case.owner_agency,
        client_id=case.client_id,
        category=_profile(work).presence_category,
        case_id=case.id,
        coordinator=case.coordinator,
        opened_on=work.clock.today(),
    )


def _scope(case: Case, category: Category) -> dict[str, Any]:
    return {
        "owner_agency": case.owner_agency,
        "client_id": case.client_id,
        "category": category,
        "case_id": case.id,
    }
