"""HTTP: the published instruments, for screens to ask by."""

from typing import Annotated

from fastapi import Path

from services.assessment.instruments.problems import InstrumentNotFound
from services.assessment.instruments.schemas import InstrumentOut, InstrumentSummary
from services.assessment.instruments.store import library
from shared.http.problems import Invalid, problems
from shared.http.routing import InLanguage, Router

router = Router(prefix="/instruments", tags=["Instruments"])

MOST_VERSIONS = 1_000_000


@router.get("")
async def list_instruments(language: InLanguage) -> list[InstrumentSummary]:
    """Every published version of every instrument, by code, newest version first."""
    return [InstrumentSummary.of(instrument, language) for instrument in library()]


@router.get("/{code}/versions/{version}", responses=problems(InstrumentNotFound, Invalid))
async def read_instrument(
    code: Annotated[str, Path(max_length=64)],
    version: Annotated[int, Path(ge=1, le=MOST_VERSIONS)],
    language: InLanguage,
) -> InstrumentOut:
    """One published version. It never changes, so what was answered can always be read beside what was asked."""
    instrument = library().get(code, version)
    if instrument is None:
        raise InstrumentNotFound
    return InstrumentOut.of(instrument, language)
