"""HTTP: the queue of likely duplicates for registrars, and scans of the register for operators."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query

from services.case.duplicates import service, store
from services.case.duplicates.models import DuplicatePair
from services.case.duplicates.problems import DismissalRefused, DuplicateNotFound, ScanNotFound, ScanRefused
from services.case.duplicates.rules import PairState
from services.case.duplicates.schemas import DismissalForm, DuplicateOut, ScanOut
from shared.actor import Role
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, StaleVersion, problems
from shared.http.routing import API, InLanguage, Router, Work

router = Router(prefix="/duplicates", tags=["Likely duplicates"], roles={Role.REGISTRAR})
scans = Router(prefix="/duplicates/scans", tags=["Operation"], roles={Role.OPERATOR})


async def pair_in_path(pair_id: Annotated[UUID, Path(description="The pair.")], work: Work) -> DuplicatePair:
    """The pair of the path, if one of its records is the agency's."""
    return await store.pair(work, pair_id)


PairInPath = Annotated[DuplicatePair, Depends(pair_in_path)]
OfState = Annotated[PairState, Query(description="Which pairs.")]


@router.get("")
async def list_duplicates(
    work: Work, paging: Paged, language: InLanguage, state: OfState = PairState.OPEN
) -> Page[DuplicateOut]:
    """Pairs of records that may be about one person, one of which is the agency's; those that most speaks for first.

    Both records stand beside each other: every field with its value where the agency may see it.
    """
    found = await store.queue(work, state, paging)
    pairs = await store.pairs(work, [side.pair_id for side in found.rows])
    shown = await service.beside(work, [pairs[side.pair_id] for side in found.rows], language)
    return Page(items=[DuplicateOut.of(one) for one in shown], next=found.next)


@router.get("/{pair_id}", responses=problems(DuplicateNotFound))
async def read_duplicate(pair: PairInPath, work: Work, language: InLanguage) -> DuplicateOut:
    """One pair, with its records beside each other."""
    return await _answered(work, pair, language)


@router.post("/{pair_id}/dismissal", responses=problems(DuplicateNotFound, DismissalRefused, StaleVersion, Invalid))
async def dismiss_duplicate(pair: PairInPath, form: DismissalForm, work: Work, language: InLanguage) -> DuplicateOut:
    """Say that these are two people. The pair returns when a record changes so that something new speaks for it."""
    return await _answered(work, await service.dismiss(work, pair, form.because), language)


@scans.post("", status_code=201, responses=problems(ScanRefused))
async def start_duplicate_scan(work: Work) -> ScanOut:
    """Look through the whole register for likely duplicates: after an import, or after the rules changed."""
    return await work.answer(ScanOut, await service.start_scan(work))


@scans.get("")
async def list_duplicate_scans(work: Work, paging: Paged) -> Page[ScanOut]:
    """Scans and how far they are, newest first."""
    return (await store.scans(work, paging)).shown(ScanOut)


@scans.get("/{scan_id}", responses=problems(ScanNotFound))
async def read_duplicate_scan(scan_id: UUID, work: Work) -> ScanOut:
    """How far a scan is."""
    return await work.answer(ScanOut, await store.scan(work, scan_id))


async def _answered(work: Work, pair: DuplicatePair, language: InLanguage) -> DuplicateOut:
    [shown] = await service.beside(work, [pair], language)
    return await work.answer(DuplicateOut, pair, of=shown, at=f"{API}/duplicates")
