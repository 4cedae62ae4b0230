"""HTTP: look for a person."""

from services.case.search import service
from services.case.search.schemas import Hits, SearchFor
from shared.http.problems import Invalid, problems
from shared.http.routing import Router, Work

router = Router(prefix="/clients", tags=["The client record"])


@router.post("/search", responses=problems(Invalid))
async def search_clients(wanted: SearchFor, work: Work) -> Hits:
    """Look for a person before registering one. Hits are masked, and each is entered in the person's access log."""
    return await service.search(work, wanted)
