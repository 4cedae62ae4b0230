"""HTTP: take over a register of an agency, batch by batch, and tell what became of each row."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse

from services.case.imports import service, store
from services.case.imports.columns import written
from services.case.imports.models import Import
from services.case.imports.problems import ImportNotFound, ImportRefused
from services.case.imports.reading import CSV, JSON_LINES, Row
from services.case.imports.rules import Outcome
from services.case.imports.schemas import BatchOut, Digest, ImportForm, ImportOut, RowOut
from shared.actor import Role
from shared.db.work import UnitOfWork
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, Malformed, StaleVersion, TooLarge, problems
from shared.http.routing import InLanguage, Router, Work
from shared.http.streaming import streamed
from shared.labels import Language

router = Router(prefix="/imports", tags=["Registers"], roles={Role.REGISTRAR})

ROWS_AT_ONCE = 1_000
SENT = {
    "requestBody": {
        "required": True,
        "content": {
            CSV: {
                "schema": {"type": "string"},
                "example": "identity.first_name,identity.last_name,identity.personal_code\n",
            },
            JSON_LINES: {"schema": {"type": "string"}},
        },
    }
}
REPORT: dict[int | str, dict[str, Any]] = {
    200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "The report; short if it broke off."}
}


async def import_in_path(import_id: UUID, work: Work) -> Import:
    """The import of the path, if it is the agency's."""
    return await store.one(work, import_id)


async def import_to_change(import_id: UUID, work: Work) -> Import:
    """The same, held for change."""
    return await store.held(work, import_id)


async def rows_in_body(request: Request) -> list[Row]:
    """The rows that the body has, understood before anything is held."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (CSV, JSON_LINES):
        raise Malformed(f"Rows are sent as {CSV} or {JSON_LINES}.")
    return await service.read(await request.body(), media_type)


ImportInPath = Annotated[Import, Depends(import_in_path)]
ImportToChange = Annotated[Import, Depends(import_to_change)]
FirstRow = Annotated[int, Query(ge=1, lt=2**31, description="The number in the file of the first row sent; from 1.")]
OfOutcome = Annotated[Outcome | None, Query(description="Only rows of which this became.")]


@router.post("", status_code=201, responses=problems(Invalid))
async def begin_import(form: ImportForm, work: Work, language: InLanguage) -> ImportOut:
    """Begin to take over a register. A dry run tries every row and writes nothing to the record."""
    return await _answered(work, await service.begin(work, form), language)


@router.get("", responses=problems(Invalid))
async def list_imports(
    work: Work,
    paging: Paged,
    language: InLanguage,
    digest: Annotated[Digest | None, Query(description="Only imports of this file.")] = None,
) -> Page[ImportOut]:
    """The agency's imports, newest first."""
    found = await store.of_agency(work, digest, paging)
    return Page(items=[ImportOut.of((row, language)) for row in found.rows], next=found.next)


@router.get("/{import_id}", responses=problems(ImportNotFound))
async def read_import(running: ImportInPath, work: Work, language: InLanguage) -> ImportOut:
    """How far an import has come, and which row it waits for."""
    return await _answered(work, running, language)


@router.post(
    "/{import_id}/rows", responses=problems(ImportNotFound, ImportRefused, Invalid, TooLarge), openapi_extra=SENT
)
async def send_rows(
    import_id: UUID,
    rows: Annotated[list[Row], Depends(rows_in_body)],
    first_row: FirstRow,
    work: Work,
    language: InLanguage,
) -> BatchOut:
    """Send rows (text/csv with the names of the columns, or application/x-ndjson), wholly done or not at all.

    Rows that are done already are answered for with what became of them, and not done again.
    """
    running = await store.held(work, import_id)
    shown = await service.take(work, running, first_row, rows)
    return BatchOut(rows=[RowOut.of(row, language) for row in shown], next_row=running.next_row, counts=running.counts)


@router.get("/{import_id}/rows", responses=problems(ImportNotFound, Invalid))
async def list_import_rows(
    running: ImportInPath, work: Work, paging: Paged, language: InLanguage, outcome: OfOutcome = None
) -> Page[RowOut]:
    """What became of each row, in the order of the file, without any value of it."""
    found = await store.page_of_rows(work, running.id, outcome, paging)
    shown = await service.shown(work, found.rows)
    return Page(items=[RowOut.of(row, language) for row in shown], next=found.next)


@router.get("/{import_id}/report", response_class=StreamingResponse, responses=REPORT | problems(ImportNotFound))
async def read_import_report(
    running: ImportInPath, work: Work, language: InLanguage, outcome: OfOutcome = None
) -> StreamingResponse:
    """The same as one CSV file, with a line for each thing that is wrong with a row."""

    async def lines(part: UnitOfWork, after: int | None) -> tuple[bytes, int | None]:
        rows = await store.rows_after(part, running.id, outcome, after or 0, ROWS_AT_ONCE)
        told = [line for row in await service.shown(part, rows) for line in RowOut.of(row, language).lines()]
        return written(told if after else [RowOut.headings(), *told]), rows[-1].number if len(
            rows
        ) == ROWS_AT_ONCE else None

    return await streamed(work, lines, media_type=CSV)


@router.post("/{import_id}/completion", responses=problems(ImportNotFound, ImportRefused, StaleVersion))
async def complete_import(running: ImportToChange, work: Work, language: InLanguage) -> ImportOut:
    """Say that every row has been sent."""
    return await _answered(work, await service.complete(work, running), language)


@router.post("/{import_id}/abandonment", responses=problems(ImportNotFound, ImportRefused, StaleVersion))
async def abandon_import(running: ImportToChange, work: Work, language: InLanguage) -> ImportOut:
    """Give an import up. The records it has made stay."""
    return await _answered(work, await service.abandon(work, running), language)


async def _answered(work: Work, running: Import, language: Language) -> ImportOut:
    return await work.answer(ImportOut, running, of=(running, language))
