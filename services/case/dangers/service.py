"""Use cases of danger claims: one unit of work each."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from services.case.clients import store as records
from services.case.clients.problems import ClientNotFound
from services.case.consents import grants
from services.case.dangers import rules
from services.case.dangers.models import DangerClaim
from services.case.dangers.problems import DangerClaimRefused
from services.case.dangers.rules import Delay
from services.case.dangers.schemas import DangerClaimForm
from services.case.notifications import service as notifications
from services.case.notifications.rules import Told
from services.case.profiles.schemas import Danger
from services.case.profiles.store import kept_back, profiles
from shared.access.categories import AccessAction, Category, Ground
from shared.db.work import UnitOfWork
from shared.ids import new_id


async def in_danger(work: UnitOfWork, client_id: UUID) -> UUID:
    """A client about whom the agency may claim danger: one whose record it sees, or anybody, if its profile says so.

    That somebody is known at all is told by the claim, and goes into the log of who looked.
    """
    try:
        return (await records.client(work, client_id)).id
    except ClientNotFound:
        danger = profiles()[work.actor.agency_kind].grounds.danger
        if danger is None or not danger.without_case or not await records.exists(work, client_id):
            raise
    work.ledger.touched(client_id, AccessAction.SEARCH, Category.IDENTITY, "", Ground.EXISTENCE)
    return client_id


async def claim(work: UnitOfWork, client_id: UUID, form: DangerClaimForm) -> DangerClaim:
    """Open others' rows at once, for hours. It waits for a supervisor; the client is told unless that is put off."""
    danger, delay = profiles()[work.actor.agency_kind].grounds.danger, form.put_off()
    longest = _longest(work, delay, danger)
    tell_at = _tell_at(work, delay, longest)
    if delay and tell_at:
        work.ledger.rest_on(client_id, delay.legal_code, tell_at)
    _refuse_unless_met(work, form, danger, longest)
    assert danger is not None
    until = work.clock.now() + timedelta(hours=danger.hours)
    claimed = await _recorded(work, client_id, form, until, tell_at)
    if delay is None:
        tell(work, claimed)
    return claimed


def tell(work: UnitOfWork, claimed: DangerClaim) -> None:
    """Let the client know that the claim was made."""
    notifications.tell(work, claimed, Told.DANGER_CLAIMED)
    claimed.told_at = work.clock.now()


def keep_from_client(work: UnitOfWork, claims: Iterable[DangerClaim]) -> None:
    """Keep the access log from telling clients of claims before they are told."""
    untold = [claim for claim in claims if claim.told_at is None and claim.delayed_by]
    for claim in sorted(untold, key=lambda one: one.tell_at):
        work.ledger.rest_on(claim.client_id, claim.delayed_by, claim.tell_at)


async def _recorded(
    work: UnitOfWork, client_id: UUID, form: DangerClaimForm, until: datetime, tell_at: datetime | None
) -> DangerClaim:
    code, now = form.delay.legal_code if form.delay else None, work.clock.now()
    grant = await grants.give(
        work,
        client_id,
        work.actor.agency,
        form.categories,
        Ground.DANGER,
        legal_code=code,
        hidden_until=tell_at,
        source_agency=form.holder,
        valid_from=now,
        valid_until=until,
    )
    claimed = DangerClaim(
        id=new_id(),
        owner_agency=work.actor.agency,
        client_id=client_id,
        category=Category.CASE,
        grant_id=grant.id,
        claimed_by=work.actor.officer,
        valid_until=until,
        delayed_by=code,
        tell_at=tell_at or now,
        **form.model_dump(exclude={"delay"}),
    )
    work.add(claimed)
    return claimed


def _longest(work: UnitOfWork, delay: Delay | None, danger: Danger | None) -> date | None:
    """The last day until which the profile lets the named code delay telling the client, if it lets it at all."""
    days = {allowed.code: allowed.days for allowed in danger.delays} if danger else {}
    if delay is None or delay.legal_code not in days:
        return None
    return work.clock.today() + timedelta(days=days[delay.legal_code])


def _tell_at(work: UnitOfWork, delay: Delay | None, longest: date | None) -> datetime | None:
    """Until when nothing tells the client of a claim, be it refused or not, if its delay is one of the profile."""
    if delay is None or longest is None:
        return None
    last = rules.last_day_untold(delay, longest=longest, today=work.clock.today())
    return work.clock.beginning_of(last + timedelta(days=1))


def _refuse_unless_met(work: UnitOfWork, form: DangerClaimForm, danger: Danger | None, longest: date | None) -> None:
    unmet = rules.unmet(
        form.kind,
        frozenset(form.categories),
        form.put_off(),
        kinds=danger.kinds if danger else (),
        longest=longest,
        holder_known=form.holder is None or work.kind_of(form.holder) in profiles(),
        kept_back=kept_back(work.kind_of(form.holder) if form.holder else None),
        today=work.clock.today(),
    )
    if unmet:
        raise DangerClaimRefused(unmet)
