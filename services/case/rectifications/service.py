"""Use cases of rectification: one unit of work each."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from services.case.clients import service as clients
from services.case.clients import store as client_store
from services.case.clients.models import Client
from services.case.clients.rules import withheld
from services.case.clients.schemas import SectionFacts
from services.case.profiles.store import law
from services.case.rectifications import rules, store
from services.case.rectifications.models import Rectification
from services.case.rectifications.problems import RectificationRefused
from services.case.rectifications.rules import Request
from services.case.rectifications.schemas import FACTS, AnswerForm, RectificationForm, View
from services.case.versions.models import Section
from services.case.versions.rules import Standing
from shared.db.work import UnitOfWork
from shared.events.catalog.case import RectificationAnswered, RectificationAsked
from shared.http.days import refuse_days_to_come
from shared.http.faults import of_validation
from shared.ids import new_id
from shared.labels import Language
from shared.months import months_after


async def ask(work: UnitOfWork, client: Client, form: RectificationForm) -> Rectification:
    """Take a request: what is claimed stands in the section as a proposed version until it is answered."""
    facts = _claimed(client, form)
    refuse_days_to_come(facts, work.clock, at="/claimed")
    proposed = clients.following(work, client, form.section, facts, Standing.PROPOSED)
    has_open = await store.has_open(work, client.id, form.section)
    unmet = rules.asking_unmet(differs=proposed is not None, has_open=has_open)
    if unmet or proposed is None:
        raise RectificationRefused(unmet)
    work.add(proposed)
    request = Rectification(
        id=new_id(),
        owner_agency=proposed.owner_agency,
        client_id=client.id,
        category=proposed.category,
        section=form.section,
        fields=sorted(proposed.changed),
        version_id=proposed.id,
        asked_in=work.actor.agency,
        asked_by=work.actor.officer,
        due_on=months_after(work.clock.today(), law().rectification_answer_months.value),
        accepted=[],
    )
    work.add(request)
    asked = RectificationAsked(client_id=client.id, rectification_id=request.id, due_on=request.due_on)
    work.announce(asked, of=request)
    return request


async def answer(work: UnitOfWork, request: Rectification, form: AnswerForm) -> Rectification:
    """Put what is accepted in force, and keep what is not as declined; the person sees the reason."""
    work.expect(request)
    claim = (await store.claims(work, [request])).get(request.version_id)
    facts = Request(
        request.owner_agency, frozenset(request.fields), request.decided_at is not None, claim_seen=claim is not None
    )
    if unmet := rules.answer_unmet(facts, form.accepted, form.reason, agency=work.actor.agency):
        raise RectificationRefused(unmet)
    if claim is not None:
        await _settle(work, request, claim, form.accepted)
    request.accepted, request.reason = sorted(form.accepted), form.reason
    request.decided_at, request.decided_by = work.clock.now(), work.actor.officer
    became = rules.state(request.fields, request.accepted, decided=True)
    answered = RectificationAnswered(client_id=request.client_id, rectification_id=request.id, outcome=became)
    work.announce(answered, of=request)
    return request


async def views(work: UnitOfWork, requests: Sequence[Rectification], language: Language) -> list[View]:
    """Requests as their reader sees them, with what they claim."""
    claims, today = await store.claims(work, requests), work.clock.today()
    return [View(one, claims.get(one.version_id), work.actor.agency, today, language) for one in requests]


async def _settle(work: UnitOfWork, request: Rectification, claim: Section, accepted: Sequence[str]) -> None:
    """Make the accepted values current under the name of whoever claimed them; a claim that was met is spent."""
    client = await client_store.client_to_change(work, request.client_id)
    present = client.sections[request.section]
    if accepted and present is not None:
        values = {field: getattr(claim, field) for field in accepted}
        if following := present.revised(values, clients.source_of(work)):
            following.provenance |= {field: claim.provenance[field] for field in following.changed}
            await clients.revise(work, client, [following])
    if set(request.fields) <= set(accepted):
        await work.session.delete(claim)
    else:
        claim.standing = Standing.DECLINED


def _claimed(client: Client, form: RectificationForm) -> SectionFacts:
    """The section as it would read with the claimed values, which are checked as any others."""
    present = client.sections[form.section]
    if present is None:
        raise RectificationRefused(withheld("/section"))
    try:
        return FACTS[form.section].model_validate(present.values | form.claimed)
    except ValidationError as error:
        faults: list[Any] = [{**fault, "loc": ("body", "claimed", *fault["loc"])} for fault in error.errors()]
        raise of_validation(faults) from None
