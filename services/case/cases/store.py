"""Every query on cases."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, select

from services.case.cases.models import Case, CasePresence, Problem
from services.case.cases.problems import CaseNotFound
from services.case.consents.models import Consent
from shared.db.work import UnitOfWork
from shared.http.paging import Paging, Slice, newest


async def case(work: UnitOfWork, case_id: UUID) -> Case:
    """One case."""
    return await work.one(select(Case).where(Case.id == case_id), CaseNotFound)


async def of_agency(work: UnitOfWork, paging: Paging) -> Slice[Case]:
    """The actor's agency's cases, newest first. Index: case_of_agency."""
    return await newest(work, Case, paging, Case.owner_agency == work.actor.agency)


async def open_case_id(work: UnitOfWork, client_id: UUID, agency: str) -> UUID | None:
    """The open case of an agency with a client, if it has one. Index: uq_case_open."""
    query = select(Case.id).where(Case.client_id == client_id, Case.owner_agency == agency, Case.closed_at.is_(None))
    rows = await work.check(query)
    return rows[0].id if rows else None


async def client_of(work: UnitOfWork, case_id: UUID) -> UUID | None:
    """With whom a case is, whoever's it is, if there is such a case."""
    rows = await work.check(select(Case.client_id).where(Case.id == case_id))
    return rows[0].client_id if rows else None


async def with_agreement(work: UnitOfWork, cases: Sequence[Case]) -> set[UUID]:
    """Those of the cases whose agency holds a standing cooperation agreement (A2). Index: consent_of_client."""
    standing = and_(
        Consent.client_id == Case.client_id,
        Consent.owner_agency == Case.owner_agency,
        Consent.signed_on.is_not(None),
        Consent.withdrawn_at.is_(None),
        Consent.valid_until >= work.clock.today(),
    )
    query = select(Case.id).join(Consent, standing).where(Case.id.in_([case.id for case in cases]))
    return {row.id for row in await work.check(query.distinct())}


async def presences(work: UnitOfWork, client_id: UUID) -> Sequence[CasePresence]:
    """Which agencies have or had a case, as far as the actor may know. Index: case_presence_of_client."""
    query = select(CasePresence).where(CasePresence.client_id == client_id).order_by(CasePresence.case_id)
    return await work.all(query.limit(100))


async def problems(work: UnitOfWork, case_id: UUID) -> Sequence[Problem]:
    """What was told of the problem, in the order it was told."""
    return await work.all(select(Problem).where(Problem.case_id == case_id).order_by(Problem.id).limit(100))
