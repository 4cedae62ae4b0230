"""HTTP: what people said, as figures. The only way in which officers see answers."""

from typing import Annotated

from fastapi import Query

from services.feedback.indices import service
from services.feedback.indices.schemas import IndicesOut
from services.feedback.surveys.library import library
from shared.actor import AgencyCode
from shared.http.problems import Forbidden, NotFound, problems
from shared.http.routing import Router, Work
from shared.http.schemas import Word

router = Router(prefix="/indices", tags=["Feedback"])


@router.get("", responses=problems(Forbidden, NotFound))
async def read_indices(
    work: Work,
    survey: Annotated[str, Query(description="Code of the survey.", examples=["recommendation"])],
    agency: Annotated[AgencyCode | None, Query(description="Your own agency, which is also meant by none.")] = None,
    service_code: Annotated[Word | None, Query(alias="service", description="One service only.")] = None,
) -> IndicesOut:
    """The recommendation index (soovitusindeks) and the indices of the other scales, of your own agency."""
    if agency not in (None, work.actor.agency):
        raise Forbidden("Another agency's indices are not shown.")
    asked = library().find(survey)
    if asked is None:
        raise NotFound
    return await service.indices(work, work.actor.agency, asked, service_code)
