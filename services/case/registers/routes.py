"""HTTP: look a client up in an outside register."""

from services.case.clients.problems import ClientNotFound
from services.case.clients.routes import ClientInPath
from services.case.registers import service
from services.case.registers.problems import LookUpRefused, NotInRegister, RegisterUnavailable
from services.case.registers.schemas import RegisteredAddress
from shared.http.display import Displayed
from shared.http.problems import problems
from shared.http.routing import Router, Work

router = Router(prefix="/clients/{client_id}/register", tags=["Outside registers"])


@router.post(
    "/address",
    response_model=RegisteredAddress,
    responses=problems(ClientNotFound, LookUpRefused, NotInRegister, RegisterUnavailable),
)
async def look_up_address(client: ClientInPath, work: Work) -> Displayed:
    """Where the client is registered to live, as the population register says at this moment.

    For an officer whose agency has an open case, who says what for (`Sidus-Purpose`). The answer is display-only: it is
    stored nowhere, must not be stored by the caller, and a repeated request looks it up again.
    """
    return Displayed(await service.registered_address(work, client))
