"""HTTP: export the clients that an agency may see."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from fastapi.responses import StreamingResponse

from services.case.exports import service
from services.case.imports.reading import CSV, JSON_LINES
from shared.actor import Role
from shared.db.work import UnitOfWork
from shared.http.problems import Invalid, problems
from shared.http.routing import Router, Work
from shared.http.streaming import streamed

router = Router(prefix="/clients/export", tags=["Registers"], roles={Role.REGISTRAR})

LEFT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The records, each a line. A transfer that ends short of its end has broken off.",
        "content": {JSON_LINES: {"schema": {"type": "string"}}, CSV: {"schema": {"type": "string"}}},
    }
}
After = Annotated[UUID | None, Query(description="Go on after the client whose line came whole last.")]


@router.get("", response_class=StreamingResponse, responses=LEFT | problems(Invalid))
async def export_clients(
    work: Work, format: Literal["jsonl", "csv"] = "jsonl", after: After = None
) -> StreamingResponse:
    """Every record that the agency may see, in the form that an import takes.

    Sections that there is no ground to see are left out and named in `withheld`. Each line is in the client's access
    log before it leaves.
    """

    async def lines(part: UnitOfWork, place: UUID | None) -> tuple[bytes, UUID | None]:
        return await service.part(part, format, place, is_first=place == after)

    return await streamed(work, lines, media_type=service.MEDIA_TYPES[format], after=after)
