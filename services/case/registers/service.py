"""Use cases of outside registers: one unit of work each."""

from services.case.cases import store as cases
from services.case.clients.models import Client
from services.case.registers import population, rules
from services.case.registers.problems import LookUpRefused
from services.case.registers.schemas import RegisteredAddress
from shared.access.categories import AccessAction, Category, Ground
from shared.db.work import UnitOfWork


async def registered_address(work: UnitOfWork, client: Client) -> RegisteredAddress:
    """Look up where the client is registered to live; that it was looked up is logged, what was found is not kept."""
    code = client.personal_code
    unmet = rules.look_up_unmet(
        has_open_case=await cases.open_case_id(work, client.id, work.actor.agency) is not None,
        purpose=work.actor.purpose,
        has_personal_code=code is not None,
    )
    if unmet or code is None:
        raise LookUpRefused(unmet)
    work.ledger.touched(client.id, AccessAction.LOOK_UP, Category.CONTACT, work.actor.agency, Ground.OWN)
    found = await population.ask(code)
    return RegisteredAddress.of(found, work.clock.now())
