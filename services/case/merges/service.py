"""Use cases of merges: one unit of work each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.case.base import Base
from services.case.clients import service as clients
from services.case.clients.models import CATEGORY_OF, SECTIONS, Client
from services.case.erasures import store as erasures
from services.case.labels import LABELS
from services.case.merges import rules, store
from services.case.merges.models import Merge
from services.case.merges.problems import MergeRefused
from services.case.merges.rules import Facts, Standing
from services.case.merges.schemas import (
    ComparedField,
    Hanging,
    MergeForm,
    MergePreview,
    Pair,
    ReversalForm,
    View,
    Warned,
)
from services.case.receipts import once_complete
from services.case.rectifications import store as rectifications
from services.case.restrictions import store as restrictions
from services.case.versions.models import Section
from services.case.versions.rules import Standing as InForce
from shared.access.categories import Category
from shared.access.merging import Effect, Merging
from shared.db.work import UnitOfWork
from shared.events.catalog.case import ClientChanged, MergeMade, MergeUndone
from shared.events.catalog.each_service import MergeApplied
from shared.http.problems import StaleVersion
from shared.ids import new_id
from shared.labels import Language

MERGING = Merging(Base)


def pointers() -> list[str]:
    """Every field of the record that the two may differ in, as a JSON pointer."""
    return [f"/{name}/{field}" for name, table in SECTIONS.items() for field in table.fields()]


async def preview(work: UnitOfWork, pair: Pair, language: Language) -> MergePreview:
    """Both records side by side, what hangs on each, and what speaks for looking twice."""
    survivor, merged = await _both(work, pair)
    one, other = await _facts(work, survivor), await _facts(work, merged)
    return MergePreview(
        survivor_id=survivor.id,
        merged_id=merged.id,
        survivor_version=survivor.version,
        merged_version=merged.version,
        fields=[ComparedField.of(pointer, one, other) for pointer in pointers() if one.tells(pointer, other)],
        withheld=[name for name in SECTIONS if survivor.sections[name] is None or merged.sections[name] is None],
        hanging=[Hanging.model_validate(kind) for kind in await store.hanging(work, survivor.id, merged.id)],
        warnings=[Warned(code=code, detail=LABELS.text(code, language)) for code in rules.warnings(one, other)],
    )


async def merge(work: UnitOfWork, form: MergeForm) -> Merge:
    """Make one record of two; the other stays as it is, out of sight, and its id stands for the survivor."""
    await work.aliases.take()
    survivor, merged = await _both(work, form)
    _refuse_if_stale(form, survivor, merged)
    one, other = await _facts(work, survivor), await _facts(work, merged)
    if unmet := rules.choices_unmet(form.choices, one, other, pointers()):
        raise MergeRefused(unmet)
    chosen = rules.taken(rules.with_birth_date(form.choices, one, other), one, other)
    versions = _chosen(work, survivor, merged, chosen)
    pieces = {f"/{version.piece}": CATEGORY_OF[version.piece] for version in versions}
    await clients.refuse_unless_may_change(work, survivor, pieces)
    await work.enter_in_log()
    changed_at = survivor.changed_at
    fields = await clients.put_in_force(work, survivor, versions)
    made = Merge(
        id=new_id(),
        owner_agency=work.actor.agency,
        client_id=survivor.id,
        category=Category.IDENTITY,
        made_by=work.actor.officer,
        taken={version.piece: str(version.id) for version in versions},
        record_changed_at=changed_at,
        **form.model_dump(include={"survivor_id", "merged_id", "reason", "choices"}),
    )
    work.add(made)
    if versions:
        survivor.changed_at = made.created_at
    await work.flush()
    await store.count_up(work, [survivor.id], beyond=[survivor.id, merged.id])
    event = MergeMade(client_id=survivor.id, merge_id=made.id, survivor_id=survivor.id, merged_id=merged.id)
    await _note(work, event, "made", await MERGING.make(work, event))
    work.announce(event, of=made)
    _tell_of_fields(work, survivor, fields)
    return made


async def undo(work: UnitOfWork, merge: Merge, form: ReversalForm) -> Merge:
    """Take a merge back: everything it brought returns, and so do the values it took.

    What took the place of a code or number stays with whose that was. No record is left without one.
    """
    await work.aliases.take()
    work.expect(merge)
    survivor = await _record_to_undo(work, merge)
    untouched = survivor.changed_at == merge.created_at
    fields = [field for name, key in merge.taken.items() for field in await _give_back(work, survivor, name, UUID(key))]
    if untouched:
        survivor.changed_at = merge.record_changed_at
    merge.undone_at, merge.undone_because = work.clock.now(), form.reason
    merge.undone_in, merge.undone_by = work.actor.agency, work.actor.officer
    await work.flush()
    await work.enter_in_log()
    ids = {"merge_id": merge.id, "survivor_id": merge.survivor_id, "merged_id": merge.merged_id}
    cases = await store.cases_brought(work, merge.id)
    event = MergeUndone(client_id=survivor.id, made_at=merge.created_at, cases=cases, **ids)
    effect = await MERGING.undo(work, event)
    brought_back = await store.bring_back_successors(work, merge)
    await _note(work, event, "undone", replace(effect, moved=effect.moved + brought_back))
    both = [merge.survivor_id, merge.merged_id]
    await store.give_numbers(work, both, clients.source_of(work))
    await store.count_up(work, both, beyond=both)
    work.announce(event, of=merge)
    _tell_of_fields(work, survivor, fields)
    return merge


async def views(work: UnitOfWork, merges: Sequence[Merge], language: Language) -> list[View]:
    """Merges with what the services said of them, and whether each may be undone."""
    said = await store.receipts(work, [merge.id for merge in merges])
    survivors = {merge.survivor_id for merge in merges}
    ways, latest = await work.aliases.ways(survivors), await store.latest(work, survivors)
    return [
        View(
            merge,
            [receipt for receipt in said if receipt.merge_id == merge.id],
            rules.reversal_unmet(
                undone=merge.undone_at is not None,
                survivor_merged=bool(ways[merge.survivor_id]),
                is_latest=latest.get(merge.survivor_id) == merge.id,
            ),
            language,
        )
        for merge in merges
    ]


async def carried_out(work: UnitOfWork, merge: Merge, language: Language) -> View:
    """The merge as soon as every service has carried out what was done last, waited for a moment."""

    async def look() -> View:
        (view,) = await views(work, [merge], language)
        return view

    return await once_complete(work, look)


async def _both(work: UnitOfWork, pair: Pair) -> tuple[Client, Client]:
    """The two records, if they may be made one."""
    standings, records = [], []
    for client_id in (pair.survivor_id, pair.merged_id):
        now = await work.aliases.survivor(client_id)
        record = await store.record(work, now)
        standings.append(await _standing(work, record, is_old=now != client_id))
        records.append(record)
    survivor, merged = records
    if unmet := rules.unmet(*standings, are_one=pair.survivor_id == pair.merged_id):
        raise MergeRefused(unmet)
    assert survivor is not None
    assert merged is not None
    return survivor, merged


async def _standing(work: UnitOfWork, record: Client | None, *, is_old: bool) -> Standing:
    if record is None:
        return Standing(visible=False)
    hold = await clients.hold_on(work, record)
    return Standing(
        visible=True,
        held=hold.covers(Category.IDENTITY),
        merged=is_old,
        restricted=await restrictions.is_closed(work, record.id),
        being_erased=await erasures.under_way(work, record.id),
        has_claims=await rectifications.has_open(work, record.id),
    )


async def _record_to_undo(work: UnitOfWork, merge: Merge) -> Client:
    """The survivor, if what the merge did to it may be undone by this actor."""
    (view,) = await views(work, [merge], "en")
    survivor = await store.record(work, merge.survivor_id)
    seen = survivor is not None and all(survivor.sections[name] is not None for name in merge.taken)
    standing = await _standing(work, survivor, is_old=False)
    if unmet := view.reversal_unmet or rules.taking_back_unmet(standing, taken_seen=seen):
        raise MergeRefused(unmet)
    assert survivor is not None
    return survivor


def _refuse_if_stale(form: MergeForm, survivor: Client, merged: Client) -> None:
    present = {"survivor_version": survivor.version, "merged_version": merged.version}
    if present != form.model_dump(include=set(present)):
        raise StaleVersion(extensions={"current": present})


async def _facts(work: UnitOfWork, client: Client) -> Facts:
    sections = {name: section for name, section in client.sections.items() if section is not None}
    return Facts(
        values={f"/{name}/{field}": value for name, one in sections.items() for field, value in one.values.items()},
        has_personal_code=client.personal_code is not None,
        agencies_at_work=await store.agencies_at_work(work, client.id),
    )


def _chosen(work: UnitOfWork, survivor: Client, merged: Client, taken: Mapping[str, Any]) -> list[Section]:
    """The versions that follow when the survivor takes these values; where each came from is taken along."""
    versions = []
    for name in SECTIONS:
        values = {pointer.split("/")[2]: value for pointer, value in taken.items() if pointer.split("/")[1] == name}
        if version := survivor.sections[name].revised(values, clients.source_of(work)) if values else None:
            origins = merged.sections[name].provenance
            version.provenance |= {field: origins[field] for field in values if field in origins}
            versions.append(version)
    return versions


async def _give_back(work: UnitOfWork, survivor: Client, name: str, version_id: UUID) -> list[str]:
    """Take the values of a merge out of a section; what was written into it since stays."""
    present: Section = survivor.sections[name]
    taken = await store.version(work, SECTIONS[name], version_id)
    if taken is None:
        return []
    before = await store.before(work, taken)
    if present.id == taken.id:
        fields = [f"{name}.{field}" for field in taken.changed]
        await store.remove(work, taken)
        await work.flush()  # of two versions only one may be in force at any moment
        before.standing, before.superseded_at = InForce.CURRENT, None
        return fields
    still = {field: before.values[field] for field in taken.changed if present.values[field] == taken.values[field]}
    following = present.revised(still, clients.source_of(work))
    return await clients.put_in_force(work, survivor, [following] if following else [])


async def _note(work: UnitOfWork, event: MergeMade | MergeUndone, change: str, effect: Effect) -> None:
    """Note what this service itself did."""
    said = {"change": change, "applied_at": work.clock.now(), "moved": effect.moved, "stays": effect.stays}
    applied = MergeApplied.model_validate({"client_id": event.client_id, "merge_id": event.merge_id, **said})
    await store.receive(work, work.service, applied)


def _tell_of_fields(work: UnitOfWork, client: Client, fields: list[str]) -> None:
    if fields:
        work.announce(ClientChanged(client_id=client.id, fields=fields), of=client)
