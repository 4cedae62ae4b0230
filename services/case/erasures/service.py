"""Use cases of erasures: one unit of work each."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.case.base import Base
from services.case.clients.problems import ClientNotFound
from services.case.consents import grants
from services.case.consents import store as consents
from services.case.erasures import rules, store
from services.case.erasures.models import ErasureOrder, ErasureReceipt
from services.case.erasures.problems import ErasureRefused, StatementForged
from services.case.erasures.rules import Holding, Reason
from services.case.erasures.schemas import ErasureForm
from services.case.erasures.store import Facts
from services.case.profiles.store import profiles
from services.case.restrictions import service as restrictions
from shared.access.aliases import ids_of
from shared.access.categories import Category
from shared.db.work import UnitOfWork
from shared.events.catalog.case import ErasureOrdered
from shared.events.catalog.each_service import FOLLOWERS, ErasureApplied
from shared.ids import new_id
from shared.rights.erasure import Erasing, Scope
from shared.rights.schemas import Owned
from shared.security import statements

ERASING = Erasing(Base)


async def order(work: UnitOfWork, client_id: UUID, form: ErasureForm, elsewhere: Sequence[Owned]) -> ErasureOrder:
    """Order an erasure: this service erases at once, the others when the order reaches them.

    Whoever asks knows what other services hold (`held_elsewhere`) and then has let others wait (`one_at_a_time`).
    """
    await _refuse_unless_met(work, client_id, form, elsewhere)
    terms = form.model_dump(exclude={"categories"})
    return await carry_out(work, client_id, form.categories, officer=work.actor.officer, in_=work.actor.agency, **terms)


async def held_elsewhere(work: UnitOfWork, clients: Iterable[UUID]) -> list[Owned]:
    """Whose rows the other services hold of clients. Asked before others are let wait, as it may take long."""
    body = [str(client_id) for client_id in clients]
    paths = {service: f"/internal/{service}/holdings/owners" for service in FOLLOWERS}
    said = [await work.ask(service, "POST", path, purpose="erasure", body=body) for service, path in paths.items()]
    return [Owned.model_validate(one) for of_service in said for one in of_service]


def holding_of(work: UnitOfWork, facts: Facts, agency: str, owned: Collection[Owned]) -> Holding:
    """How an agency stands to a client of whom there are these rows in all services.

    Rows of the shared record are judged by who rests on it: its registrants and who has a case.
    """
    others = any(one.agency != agency and one.category not in rules.SHARED_RECORD for one in owned)
    return Holding(
        work.clock.day_of(facts.ended_at) if facts.ended_at else None,
        facts.others_have_cases or others,
        {category: work.clock.day_of(at) for category, at in written_at(agency, owned).items()},
    )


def written_at(agency: str, owned: Iterable[Owned]) -> dict[Category, datetime]:
    """When an agency last wrote of each category."""
    moments = sorted((one.newest, one.category) for one in owned if one.agency == agency and one.newest)
    return {category: at for at, category in moments}


async def one_at_a_time(work: UnitOfWork) -> None:
    """Wait for all who are writing about clients, and let them and others who would order an erasure wait."""
    await work.aliases.take()


async def carry_out(
    work: UnitOfWork,
    client_id: UUID,
    categories: Iterable[Category] | None,
    *,
    officer: str,
    in_: str,
    agency: str | None,
    reason: Reason,
    legal_code: str | None = None,
    run_id: UUID | None = None,
) -> ErasureOrder:
    """Make the order, tell the other services of it, erase here, and keep this service's own statement.

    What was let in on a ground that is erased is shut out again, and what was closed by a restriction that is erased
    is open again, everywhere: nobody could do either afterwards.
    Raises ClientNotFound for an id that stands for another client: its rows hang on that one.
    """
    if await work.aliases.survivor(client_id) != client_id:
        raise ClientNotFound("The record was merged into another one.")
    made = ErasureOrder(
        id=new_id(),
        owner_agency=in_,
        client_id=client_id,
        category=Category.CASE,
        agency=agency,
        categories=None if categories is None else sorted(categories),
        reason=reason,
        legal_code=legal_code,
        ordered_by=officer,
        run_id=run_id,
        receipts=[],
    )
    work.add(made)
    await work.flush()
    scope = Scope(await ids_of(work.session, client_id), agency, store.categories_of(made))
    merged = tuple(one for one in scope.clients if one != client_id)
    terms = {"agency": agency, "categories": scope.categories, "merged": merged}
    work.announce(ErasureOrdered(client_id=client_id, order_id=made.id, **terms), of=made)
    for restriction in await store.restrictions_in(work, scope):
        await restrictions.open_before_erasing(work, restriction)
    statement = await ERASING.erase(work, client_id, made.id, scope)
    for grant_id in await store.grants_on_nothing(work, scope.clients):
        await grants.take_back(work, await consents.grant(work, grant_id))
    made.receipts.append(
        ErasureReceipt(service=work.service, applied_at=work.clock.now(), statement=statement, key=work.public_keys[0])
    )
    return made


async def receive(work: UnitOfWork, service: str, applied: ErasureApplied) -> None:
    """Keep what a service states about an order, once it is shown that the service signed it."""
    keys = await work.ask(service, "GET", f"/internal/{service}/keys", purpose="erasure")
    try:
        key = statements.key_for(applied.statement, keys)
        said = statements.read(applied.statement, key, service=service)
    except statements.StatementRefused as error:
        raise StatementForged from error
    if (said["order_id"], said["client_id"]) != (str(applied.order_id), str(applied.client_id)):
        raise StatementForged
    order = await store.order_to_answer(work, applied.order_id)
    await store.note(
        work,
        ErasureReceipt(
            order_id=order.id,
            service=service,
            applied_at=applied.applied_at,
            statement=applied.statement,
            key=key,
        ),
    )
    if {*FOLLOWERS} <= await store.answered(work, order.id):
        order.completed_at = work.clock.now()


async def _refuse_unless_met(work: UnitOfWork, client_id: UUID, form: ErasureForm, elsewhere: Sequence[Owned]) -> None:
    found = await store.facts(work, [client_id], work.actor.agency)
    if not found:
        raise ClientNotFound
    owned = [*elsewhere, *await ERASING.owned(work, [client_id])]
    holding = holding_of(work, found[0], work.actor.agency, owned)
    over = rules.due(profiles()[work.actor.agency_kind].keep_months, holding, work.clock.today())
    unmet = rules.unmet(form.terms(work.actor.agency), holding, over, under_way=await store.under_way(work, client_id))
    if unmet:
        raise ErasureRefused(unmet)
