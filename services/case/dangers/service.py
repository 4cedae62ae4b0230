"""Use cases of danger claims: one unit of work each."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

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
from shared.access.categories import Category, Ground
from shared.db.work import UnitOfWork
from shared.ids import new_id


async def claim(work: UnitOfWork, client_id: UUID, form: DangerClaimForm) -> DangerClaim:
    """Open others' rows at once, for hours. It waits for a supervisor; the client is told unless that is put off."""
    danger = profiles()[work.actor.agency_kind].grounds.danger
    delay = form.put_off()
    _refuse_unless_met(work, form, delay, danger)
    assert danger is not None
    claimed = await _recorded(work, client_id, form, work.clock.now() + timedelta(hours=danger.hours))
    if delay is None:
        tell(work, claimed)
    return claimed


def tell(work: UnitOfWork, claimed: DangerClaim) -> None:
    """Let the client know that the claim was made."""
    notifications.tell(work, claimed, Told.DANGER_CLAIMED)
    claimed.told_at = work.clock.now()


def keep_from_client(work: UnitOfWork, claims: Iterable[DangerClaim]) -> None:
    """Keep the access log from telling the client of claims before they are told."""
    untold = [claim for claim in claims if claim.told_at is None and claim.delayed_by]
    if untold:
        last = max(untold, key=lambda claim: claim.tell_at)
        work.ledger.rest_on(last.delayed_by, last.tell_at)


async def _recorded(work: UnitOfWork, client_id: UUID, form: DangerClaimForm, until: datetime) -> DangerClaim:
    delay, now = form.put_off(), work.clock.now()
    code = delay.legal_code if delay else None
    tell_at = work.clock.beginning_of(delay.until + timedelta(days=1)) if delay else now
    grant = await grants.give(
        work,
        client_id,
        work.actor.agency,
        form.categories,
        Ground.DANGER,
        legal_code=code,
        hidden_until=tell_at if delay else None,
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
        tell_at=tell_at,
        **form.model_dump(exclude={"delay"}),
    )
    work.add(claimed)
    await work.flush()
    keep_from_client(work, [claimed])
    return claimed


def _refuse_unless_met(work: UnitOfWork, form: DangerClaimForm, delay: Delay | None, danger: Danger | None) -> None:
    unmet = rules.unmet(
        form.kind,
        frozenset(form.categories),
        delay,
        kinds=danger.kinds if danger else (),
        delays={allowed.code: allowed.days for allowed in danger.delays} if danger else {},
        kept_back=kept_back(work.kind_of(form.holder) if form.holder else None),
        today=work.clock.today(),
    )
    if unmet:
        raise DangerClaimRefused(unmet)
