"""Use cases of retention: one unit of work each. A run is carried on batch by batch, each with its own commit."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.case.erasures import rules as erasure_rules
from services.case.erasures import service as erasures
from services.case.erasures import store as erasure_store
from services.case.erasures.rules import Reason
from services.case.erasures.service import ERASING
from services.case.profiles.store import profiles
from services.case.restrictions import store as restrictions
from services.case.retention import rules, store
from services.case.retention.models import RetentionRun
from services.case.retention.problems import RetentionRefused, RunFailed
from services.case.retention.rules import Due, Found
from services.case.retention.schemas import RunForm
from shared.access.categories import Category
from shared.db.faults import is_away
from shared.db.work import UnitOfWork
from shared.events.catalog.each_service import FOLLOWERS
from shared.http.problems import Unavailable
from shared.rights.erasure import Scope
from shared.rights.schemas import Counted, Owned


async def start(work: UnitOfWork, form: RunForm) -> RetentionRun:
    """Begin a run for the actor's agency; it is carried on in the background."""
    actor = work.actor
    if unmet := rules.unmet(actor.agency_kind, profiles()):
        raise RetentionRefused(unmet)
    run = RetentionRun(
        owner_agency=actor.agency,
        agency_kind=actor.agency_kind,
        started_by=actor.officer,
        dry_run=form.dry_run,
        as_of=work.clock.today(),
        **dict.fromkeys(("examined", "closed", "due", "ordered"), 0),
        found={},
    )
    work.add(run)
    return run


async def carry_on(work: UnitOfWork) -> bool:
    """Look at the next clients of an unfinished run; answers whether there was such a run.

    What is found, ordered and how far the run has come commit together: a run that was killed goes on from there.
    Raises RunFailed when it cannot go on for another reason than that a service or the database is away.
    """
    run = await store.unfinished(work)
    if run is None:
        return False
    run_id = run.id
    try:
        await _go_on(work, run)
    except Exception as error:
        if isinstance(error, Unavailable) or is_away(error):
            raise
        raise RunFailed(run_id, error) from error
    return True


async def give_up(work: UnitOfWork, failed: RunFailed) -> bool:
    """End a run that cannot go on, so that others do; what it has ordered so far stands."""
    run = await store.run_to_end(work, failed.run_id)
    run.failure, run.finished_at = failed.reason, work.clock.now()
    return True


async def _go_on(work: UnitOfWork, run: RetentionRun) -> None:
    clients = await store.next_clients(work, run)
    closed = await restrictions.closed_among(work, clients)
    elsewhere = await erasures.held_elsewhere(work, clients) if clients else []
    due = await _due(work, run, [one for one in clients if one not in closed], elsewhere)
    run.found = await _with_rows(work, run, rules.together(_found(run), due), due)
    for one in due if not run.dry_run else ():
        run.ordered += await _order(work, run, one, elsewhere)
    run.examined += len(clients)
    run.closed += len(closed)
    run.due += len(due)
    if clients:
        run.reached = clients[-1]
    else:
        run.finished_at = work.clock.now()


async def _due(work: UnitOfWork, run: RetentionRun, clients: Sequence[UUID], elsewhere: Sequence[Owned]) -> list[Due]:
    known = await erasure_store.facts(work, clients, run.owner_agency)
    owned = [*elsewhere, *await ERASING.owned(work, clients)]
    ordered = await store.ordered(work, clients, run.owner_agency)
    keep_months = profiles()[run.agency_kind].keep_months
    due = []
    for facts in known:
        of_client = [one for one in owned if one.client_id == facts.client_id]
        holding = erasures.holding_of(work, facts, run.owner_agency, of_client)
        over = erasure_rules.due(keep_months, holding, run.as_of)
        written = erasures.written_at(run.owner_agency, of_client)
        done = rules.ordered_since(ordered[facts.client_id], facts.ended_at, written)
        due.append(Due(facts.client_id, over, holding.needed_by_others).without(done))
    return [one for one in due if one.categories]


async def _with_rows(
    work: UnitOfWork, run: RetentionRun, found: dict[Category, Found], due: Sequence[Due]
) -> dict[str, Any]:
    """What was found, with the rows that each service holds of what is due."""
    alike: dict[frozenset[Category], list[UUID]] = defaultdict(list)
    for one in due:
        alike[frozenset(one.categories)].append(one.client_id)
    asked = [
        Counted(clients=clients, agency=run.owner_agency, categories=sorted(kinds)) for kinds, clients in alike.items()
    ]
    if asked:
        scopes = [Scope(one.clients, one.agency, one.categories) for one in asked]
        counts = {work.service: await ERASING.count(work, scopes)}
        body = [one.model_dump(mode="json") for one in asked]
        for service in FOLLOWERS:
            path = f"/internal/{service}/holdings/counts"
            counts[service] = Counter(await work.ask(service, "POST", path, purpose="retention", body=body))
        for service, by_category in counts.items():
            for category, rows in by_category.items():
                found[Category(category)] = found.get(Category(category), Found()).with_rows(service, rows)
    return {category.value: one.model_dump(mode="json") for category, one in found.items()}


async def _order(work: UnitOfWork, run: RetentionRun, due: Due, elsewhere: Sequence[Owned]) -> int:
    """Order what is due of a client, now that nobody is writing about it and nobody else erases it.

    What has become of the client since the run looked is left to the next one.
    """
    await erasures.one_at_a_time(work)
    if not await _is_still_due(work, run, due, elsewhere):
        return 0
    await erasures.carry_out(
        work,
        due.client_id,
        None if due.is_whole else due.categories,
        officer=run.started_by,
        in_=run.owner_agency,
        agency=None if due.is_whole else run.owner_agency,
        reason=Reason.NO_LONGER_NEEDED,
        run_id=run.id,
    )
    return 1


async def _is_still_due(work: UnitOfWork, run: RetentionRun, due: Due, elsewhere: Sequence[Owned]) -> bool:
    """Whether all is as it was: no case since, no merge, no restriction, no erasure by hand."""
    return (
        await _due(work, run, [due.client_id], elsewhere) == [due]
        and not await restrictions.is_closed(work, due.client_id)
        and not await erasure_store.under_way(work, due.client_id)
    )


def _found(run: RetentionRun) -> dict[Category, Found]:
    return {Category(category): Found.model_validate(one) for category, one in run.found.items()}
