"""Every query on consents, grants and receipts."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import selectinload

from services.case.consents.models import Consent, Grant, GrantReceipt
from services.case.consents.problems import ConsentNotFound
from services.case.parts.models import Relation
from services.case.parts.rules import RelationKind, RepresentationBasis
from services.case.versions.rules import Standing
from shared.db.work import UnitOfWork
from shared.events.catalog.each_service import GrantApplied
from shared.http.paging import Paging, Slice, newest

Step = tuple[UUID, str]
"""A grant and what became of it: `opened` or `closed`."""


async def consent(work: UnitOfWork, client_id: UUID, consent_id: UUID) -> Consent:
    """One consent of a client, with its terms."""
    query = select(Consent).where(Consent.id == consent_id, Consent.client_id == client_id)
    return await work.one(query.options(selectinload(Consent.terms)), ConsentNotFound)


async def of_client(work: UnitOfWork, client_id: UUID, paging: Paging) -> Slice[Consent]:
    """Consents of a client, newest first. Index: consent_of_client."""
    return await newest(work, Consent, paging, Consent.client_id == client_id)


async def next_over(work: UnitOfWork, today: date) -> Consent | None:
    """A consent whose last day has passed, held until the work ends. Index: consent_running."""
    query = select(Consent).where(
        Consent.valid_until < today, Consent.withdrawn_at.is_(None), Consent.expired_at.is_(None)
    )
    return await work.first(query.order_by(Consent.valid_until).with_for_update(skip_locked=True))


async def agreements(work: UnitOfWork, client_id: UUID, consent_id: UUID | None = None) -> Sequence[Consent]:
    """Cooperation agreements (A2) that the client signed with the actor's agency, newest first, each with its terms.

    One of them, or the last hundred. Index: consent_of_client.
    """
    query = select(Consent).where(
        Consent.client_id == client_id, Consent.owner_agency == work.actor.agency, Consent.signed_on.is_not(None)
    )
    if consent_id is not None:
        query = query.where(Consent.id == consent_id)
    newest = query.order_by(Consent.created_at.desc(), Consent.id.desc()).limit(100)
    return await work.all(newest.options(selectinload(Consent.terms)))


async def representatives(work: UnitOfWork, client_id: UUID, on: date) -> dict[UUID, RepresentationBasis]:
    """The client's legal representatives on a day, by relation, each with the basis, whoever recorded them.

    Index: client_relation_of_client.
    """
    query = select(Relation.part_id, Relation.basis).where(
        Relation.client_id == client_id,
        Relation.standing == Standing.CURRENT,
        Relation.is_shown(),
        Relation.kind == RelationKind.LEGAL_REPRESENTATIVE,
        Relation.basis.is_not(None),
        or_(Relation.valid_from.is_(None), Relation.valid_from <= on),
        or_(Relation.valid_until.is_(None), Relation.valid_until >= on),
    )
    return {row.part_id: RepresentationBasis(row.basis) for row in await work.check(query)}


async def grant(work: UnitOfWork, grant_id: UUID) -> Grant:
    """The grant that rests on a consent, a claim or a case, held until the work ends."""
    return await work.one(select(Grant).where(Grant.id == grant_id).with_for_update())


async def next_expired_grant(work: UnitOfWork, now: datetime) -> Grant | None:
    """A grant whose time is over and which is not closed, held until the work ends. Index: client_grant_open."""
    query = select(Grant).where(Grant.valid_until <= now, Grant.closed_at.is_(None))
    return await work.first(query.order_by(Grant.valid_until).with_for_update(skip_locked=True))


async def receipts(work: UnitOfWork, steps: Collection[Step]) -> Sequence[GrantReceipt]:
    """When services applied changes of grants. Index: pk_grant_receipt."""
    change = tuple_(GrantReceipt.grant_id, GrantReceipt.change)
    return await work.all(select(GrantReceipt).where(change.in_(list(steps))))


async def receive(work: UnitOfWork, service: str, applied: GrantApplied) -> None:
    """Note when a service applied a change of a grant."""
    row = {"grant_id": applied.grant_id, "service": service, "change": applied.change, "applied_at": applied.applied_at}
    await work.execute(insert(GrantReceipt).values(row).on_conflict_do_nothing())
