"""Use cases of restrictions: one unit of work each."""

from datetime import timedelta
from uuid import UUID

from services.case.cases import store as cases
from services.case.clients.models import Client
from services.case.consents.schemas import Applied
from services.case.profiles.store import profiles
from services.case.restrictions import rules, store
from services.case.restrictions.models import Restriction
from services.case.restrictions.problems import RestrictionRefused
from services.case.restrictions.rules import Closing
from services.case.restrictions.schemas import RestrictionForm, RestrictionReceiptOut
from shared.access.categories import Category
from shared.access.projection import restrict
from shared.db.work import UnitOfWork
from shared.events.catalog.case import RestrictionDecided
from shared.events.outbox import Fact, Told
from shared.ids import new_id
from shared.rules import Unmet


async def close(work: UnitOfWork, client: Client, form: RestrictionForm) -> Restriction:
    """Close a record to all but the officers named: here when this unit of work commits, elsewhere by the event."""
    await work.serialise_on(f"restriction:{client.id}")
    _refuse(await _unmet(work, client.id, form))
    scope = {"owner_agency": work.actor.agency, "client_id": client.id, "category": Category.CASE}
    restriction = Restriction(id=new_id(), **scope)
    _decided(work, restriction, form)
    work.add(restriction)
    await _tell(work, restriction, restriction)
    return restriction


async def change(work: UnitOfWork, restriction: Restriction, form: RestrictionForm) -> Restriction:
    """Name other officers, or another last day."""
    work.expect(restriction)
    await work.serialise_on(f"restriction:{restriction.client_id}")
    _refuse(
        rules.change_unmet(
            lifted=restriction.lifted_at is not None,
            valid_until=restriction.valid_until,
            today=work.clock.today(),
        )
        or await _unmet(work, restriction.client_id, form, besides=restriction.id)
    )
    _decided(work, restriction, form)
    await _tell(work, restriction, restriction)
    return restriction


async def lift(work: UnitOfWork, restriction: Restriction) -> Restriction:
    """Open the record again. Lifting twice changes nothing."""
    work.expect(restriction)
    if restriction.lifted_at is None:
        await _open(work, restriction, restriction)
    return restriction


async def open_before_erasing(work: UnitOfWork, restriction: Restriction) -> None:
    """Open a record whose restriction is about to be erased; the row will not be there to count its events."""
    await _open(work, restriction, Fact(restriction.id, restriction.sequence))


async def receipt(work: UnitOfWork, restriction: Restriction) -> RestrictionReceiptOut:
    """When each service had applied the newest decision, as far as they have said so."""
    said = {row.service: row.applied_at for row in await store.receipts(work, restriction)}
    services = Applied.by_each(said | {"case": restriction.decided_at})
    return RestrictionReceiptOut(
        restriction_id=restriction.id,
        decided_at=restriction.decided_at,
        complete=all(applied.applied_at for applied in services),
        services=services,
    )


async def _unmet(
    work: UnitOfWork, client_id: UUID, form: RestrictionForm, *, besides: UUID | None = None
) -> list[Unmet]:
    today, days = work.clock.today(), profiles()[work.actor.agency_kind].restriction_days
    strangers = [place for place, officer in enumerate(form.officers) if work.kind_of(officer.agency) is None]
    return rules.unmet(
        Closing(form.valid_until, strangers),
        held=await store.is_own(work, client_id)
        or await cases.open_case_id(work, client_id, work.actor.agency) is not None,
        closed=await store.is_closed(work, client_id, besides=besides),
        today=today,
        longest=today + timedelta(days=days),
    )


def _refuse(unmet: list[Unmet]) -> None:
    if unmet:
        raise RestrictionRefused(unmet)


def _decided(work: UnitOfWork, restriction: Restriction, form: RestrictionForm) -> None:
    restriction.named, restriction.reason, restriction.valid_until = form.named, form.reason, form.valid_until
    restriction.decided_at, restriction.decided_by = work.clock.now(), work.actor.officer


async def _open(work: UnitOfWork, restriction: Restriction, of: Told) -> None:
    restriction.lifted_at = restriction.decided_at = work.clock.now()
    await _tell(work, restriction, of)


async def _tell(work: UnitOfWork, restriction: Restriction, of: Told) -> None:
    """Apply what was decided here, and announce it."""
    await work.flush()
    event = RestrictionDecided(
        client_id=restriction.client_id,
        restriction_id=restriction.id,
        named=restriction.named,
        valid_from=restriction.created_at,
        valid_until=restriction.lifted_at or work.clock.beginning_of(restriction.valid_until + timedelta(days=1)),
        decided_at=restriction.decided_at,
    )
    await restrict(event, work)
    work.announce(event, of=of)
