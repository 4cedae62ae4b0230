"""HTTP: what coded fields of the record may hold."""

from services.case.enumerations.rules import ENUMERATIONS
from services.case.enumerations.schemas import EnumerationOut
from shared.actor import Role
from shared.http.routing import OFFICERS, InLanguage, Router, Work

router = Router(prefix="/enumerations", tags=["The client record"], roles=OFFICERS | {Role.PERSON})


@router.get("")
async def list_enumerations(work: Work, language: InLanguage) -> list[EnumerationOut]:
    """What each coded field of form A, part 1 may hold, in the order of the form and in the language asked for."""
    return [EnumerationOut.of(name, enumeration, language) for name, enumeration in ENUMERATIONS.items()]
