"""Deciding on triggers: each contact once, each decision kept."""

from datetime import datetime

from services.feedback.invitations.models import Invitation
from services.feedback.policy import policy
from services.feedback.surveys.definitions import Survey
from services.feedback.surveys.library import library
from services.feedback.surveys.rules import Nature
from services.feedback.triggers import rules, store
from services.feedback.triggers.models import DecisionMade, Trigger
from services.feedback.triggers.rules import Decision
from services.feedback.triggers.schemas import SimulationIn
from shared.access.categories import Category
from shared.db.work import UnitOfWork
from shared.events.catalog.case import ContactNoted
from shared.events.catalog.feedback import SurveyDecided
from shared.ids import new_id

CONTACT_NOTED = "contact-noted"


async def note_contact(work: UnitOfWork, contact: ContactNoted) -> None:
    """Decide whether the contact leads to a survey; a contact that is already known changes nothing.

    Decisions about one person wait for each other, so two agencies cannot both find the person unasked.
    """
    await work.serialise_on(f"survey:{contact.client_id}")
    if await store.contact_is_known(work, contact.contact_id):
        return
    trigger = _trigger(contact)
    survey = survey_for(trigger.nature)
    approaches = await store.approaches_to(work, trigger.client_id)
    decision = rules.decide(
        survey.kind if survey else None, trigger.occurred_at, approaches, work.clock.now(), policy().terms()
    )
    work.add(trigger)
    if survey is not None and decision.due_at is not None:
        _invite(work, trigger, survey, decision.due_at)
    record(work, trigger, decision)


def record(work: UnitOfWork, trigger: Trigger, decision: Decision) -> None:
    """Keep one more decision about a trigger, and tell it."""
    trigger.decisions.append(
        DecisionMade(
            position=len(trigger.decisions) + 1,
            outcome=decision.outcome,
            rule=decision.reason,
            due_at=decision.due_at,
            decided_at=work.clock.now(),
        )
    )
    told = SurveyDecided(
        client_id=trigger.client_id, trigger_id=trigger.id, outcome=decision.outcome.value, rule=decision.reason
    )
    work.announce(told, of=trigger)


def simulate(work: UnitOfWork, contact: SimulationIn) -> tuple[Survey | None, Decision]:
    """What would be decided about a contact of somebody who was asked at the given times."""
    survey = survey_for(contact.nature)
    decision = rules.decide(
        survey.kind if survey else None,
        contact.occurred_at,
        [rules.Approach(approach.kind, approach.at) for approach in contact.approaches],
        work.clock.now(),
        policy().terms(),
    )
    return survey, decision


def survey_for(nature: Nature) -> Survey | None:
    """The survey that a contact in this nature of service asks, in its newest version."""
    code = policy().survey_for(CONTACT_NOTED, nature)
    return library().find(code) if code else None


def _trigger(contact: ContactNoted) -> Trigger:
    return Trigger(
        id=new_id(),
        owner_agency=contact.agency,
        client_id=contact.client_id,
        category=Category.FEEDBACK,
        case_id=contact.case_id,
        contact_id=contact.contact_id,
        service=contact.service,
        nature=Nature(contact.nature),
        occurred_at=contact.occurred_at,
    )


def _invite(work: UnitOfWork, trigger: Trigger, survey: Survey, due_at: datetime) -> None:
    invitation = Invitation.planned(trigger, survey, due_at, policy().valid_for())
    trigger.survey, trigger.survey_version = survey.code, survey.version
    trigger.invitation_id = invitation.id
    work.add(invitation)
