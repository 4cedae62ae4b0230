"""HTTP: how each kind of agency works, for screens to be built on."""

from services.case.profiles.schemas import ProfileOut
from services.case.profiles.store import profiles
from shared.http.problems import NotFound, problems
from shared.http.routing import InLanguage, Router, Work

router = Router(prefix="/profiles", tags=["Agencies"])


@router.get("")
async def list_profiles(work: Work, language: InLanguage) -> list[ProfileOut]:
    """Every kind of agency."""
    return [ProfileOut.of(profile, language, work.clock.today()) for profile in profiles().values()]


@router.get("/{kind}", responses=problems(NotFound))
async def read_profile(kind: str, work: Work, language: InLanguage) -> ProfileOut:
    """One kind of agency."""
    if kind not in profiles():
        raise NotFound
    return ProfileOut.of(profiles()[kind], language, work.clock.today())
