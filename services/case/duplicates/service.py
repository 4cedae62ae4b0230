"""Use cases of likely duplicates: look before registering, enter pairs, show them, tell them apart, scan."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.case.clients.models import Client, Contact, Identity
from services.case.clients.schemas import DistinctFrom, Registration
from services.case.duplicates import rules, store
from services.case.duplicates.models import DuplicatePair, DuplicateScan
from services.case.duplicates.problems import ClientLikelyExists, DismissalRefused, ScanRefused
from services.case.duplicates.rules import Closeness, Difference, PairState, Phase, Two
from services.case.duplicates.schemas import Beside, FieldOut, Seen
from services.case.duplicates.store import Facts
from services.case.matching.rules import FullName, Portrait, Verdict, compare, document_key, email_key, phone_key
from services.case.matching.store import matching
from services.case.names.store import name
from services.case.search import service as search
from services.case.search import store as people
from services.case.versions.models import Section
from shared.access.categories import AccessAction, Category, Ground
from shared.db.work import UnitOfWork
from shared.ids import new_id
from shared.labels import Language

BATCH = 500
"""Rows that a scan goes over in one unit of work."""

SCANNED: dict[Phase, type[Client] | type[Section]] = {
    Phase.IDENTITIES: Identity,
    Phase.CONTACTS: Contact,
    Phase.PEOPLE: Client,
}


@dataclass(frozen=True, slots=True)
class Alike:
    """Records that are like one person's, with what speaks for each; whose they are."""

    verdicts: Mapping[UUID, Verdict]
    owners: Mapping[UUID, str]

    def reaching(self, points: int) -> set[UUID]:
        """Those for whom so much speaks."""
        return {client_id for client_id, verdict in self.verdicts.items() if verdict.score >= points}


async def look_before(work: UnitOfWork, form: Registration) -> Alike:
    """Who is like a person that is about to be registered.

    Raises ClientLikelyExists when somebody is very like, and the caller has not said that this is somebody else.
    """
    portrait = _portrait(form)
    await work.serialise_on(f"person:{_spelled(portrait.name)}")
    alike = await _alike(work, portrait)
    said = await _said(work, form.distinct_from)
    if unsaid := alike.reaching(matching().likely) - said.keys():
        hits = search.shown(work, await people.recognisable(work, sorted(unsaid)))
        if hits.items:
            raise ClientLikelyExists(hits)
    return alike


async def enter(work: UnitOfWork, client: Client, alike: Alike, said: DistinctFrom | None) -> None:
    """Enter a new record with those that are like it, for a registrar to look at."""
    owners = {**alike.owners, client.id: client.owner_agency}
    named = await _said(work, said)
    queued = sorted(alike.reaching(matching().queue))
    pairs = [_pair(rules.in_order(client.id, other), alike.verdicts[other], named.get(other)) for other in queued]
    await store.add(work, pairs, owners)


async def _said(work: UnitOfWork, said: DistinctFrom | None) -> dict[UUID, Difference]:
    """From whom a person is said to be another, and by what."""
    survivors = await work.aliases.survivors(said.clients) if said else {}
    return dict.fromkeys(survivors.values(), said.because) if said else {}


async def reconsider(work: UnitOfWork, clients: Collection[UUID], *, onward: bool = False) -> int:
    """Compare records anew after they changed, or by rules that did; answers how many pairs are new.

    `onward` is for a pass over all: see `pairs_among`.
    """
    found = await store.facts(work, clients, COMPARED)
    near = await _near(work, {client_id: facts.portrait() for client_id, facts in found.items()}, onward=onward)
    known = await store.pairs_of(work, found.keys())
    two = near | known.keys()
    found |= await store.facts(work, {client_id for both in two for client_id in both} - found.keys(), COMPARED)
    verdicts = _compared(two, found)
    moved = [known[both] for both, verdict in verdicts.items() if both in known and _moved(known[both], verdict)]
    await work.flush()
    await store.follow(work, moved)
    new = [_pair(both, verdict) for both, verdict in verdicts.items() if both not in known and _is_queued(verdict)]
    return await store.add(work, new, {client_id: facts.owner_agency for client_id, facts in found.items()})


async def dismiss(work: UnitOfWork, pair: DuplicatePair, because: Difference) -> DuplicatePair:
    """Say that the two records are of two people."""
    work.expect(pair)
    if unmet := rules.not_dismissible(pair.state):
        raise DismissalRefused(unmet)
    pair.state, pair.because = PairState.DISMISSED, because
    pair.dismissed_by, pair.dismissed_agency, pair.dismissed_at = (
        work.actor.officer,
        work.actor.agency,
        work.clock.now(),
    )
    await work.flush()
    await store.follow(work, [pair])
    return pair


async def beside(work: UnitOfWork, pairs: Sequence[DuplicatePair], language: Language) -> list[Beside]:
    """Pairs with their records beside each other: whatever the actor may see of either, the rest as a hit shows it."""
    ids = {client_id for pair in pairs for client_id in pair.ids}
    facts = await store.facts(work, ids)
    sight = {
        "identity": await store.visible(work, Identity, ids),
        "contact": await store.visible(work, Contact, ids),
    }
    for client_id in ids - sight["identity"]:
        owner = facts[client_id].owner_agency
        work.ledger.touched(client_id, AccessAction.SEARCH, Category.IDENTITY, owner, Ground.EXISTENCE)
    return [_beside(pair, facts, sight, language) for pair in pairs]


async def start_scan(work: UnitOfWork) -> DuplicateScan:
    """Let the whole register be looked through for likely duplicates."""
    if unmet := rules.not_startable(under_way=await store.is_scanning(work)):
        raise ScanRefused(unmet)
    scan = DuplicateScan(
        started_by=work.actor.officer,
        started_agency=work.actor.agency,
        phase=Phase.IDENTITIES,
        total=await store.count(work, Identity),
        looked_at=0,
        found=0,
    )
    work.add(scan)
    return scan


async def go_on(work: UnitOfWork, scan: DuplicateScan) -> None:
    """Carry a scan on by one batch."""
    table = SCANNED[scan.phase]
    rows = await store.following(work, table, scan.after, BATCH)
    if not rows:
        return await _next_phase(work, scan)
    if issubclass(table, Section):
        await store.rekey(work, table, rows)
    else:
        scan.found += await reconsider(work, [row.id for row in rows], onward=True)
    scan.after = rows[-1].id
    scan.looked_at += len(rows)
    return None


async def _next_phase(work: UnitOfWork, scan: DuplicateScan) -> None:
    scan.phase, scan.after = rules.FOLLOWING[scan.phase], None
    if scan.phase == Phase.DONE:
        scan.finished_at = work.clock.now()
    else:
        scan.total, scan.looked_at = await store.count(work, SCANNED[scan.phase]), 0


async def _near(work: UnitOfWork, people: Mapping[UUID, Portrait], *, onward: bool = False) -> set[Two]:
    finds = await store.finds(work, people)
    survivors = await work.aliases.survivors({find.holder for find in finds})
    return rules.pairs_among(finds, survivors, onward=onward)


async def _alike(work: UnitOfWork, portrait: Portrait) -> Alike:
    stranger = new_id()
    near = await _near(work, {stranger: portrait})
    found = await store.facts(work, {client_id for both in near for client_id in both} - {stranger}, COMPARED)
    verdicts = {client_id: compare(portrait, facts.portrait(), matching()) for client_id, facts in found.items()}
    return Alike(verdicts, {client_id: facts.owner_agency for client_id, facts in found.items()})


def _compared(near: Iterable[Two], found: Mapping[UUID, Facts]) -> dict[Two, Verdict]:
    """What speaks for each two being one person, in order; two of whom one is out of sight are left out."""
    portraits = {client_id: facts.portrait() for client_id, facts in found.items()}
    seen = sorted(both for both in near if portraits.keys() >= set(both))
    return {both: compare(portraits[both[0]], portraits[both[1]], matching()) for both in seen}


def _portrait(form: Registration) -> Portrait:
    said, reached = form.identity, form.contact
    return Portrait(
        name=FullName(name(said.first_name), name(said.last_name)),
        born=said.date_of_birth,
        document=said.document_number,
        known=frozenset(said.known()),
        phone=reached.phone if reached else None,
        email=reached.email if reached else None,
    )


def _spelled(names: FullName) -> str:
    """One way of writing both names, in whatever order: of two who register one person at once, the second waits."""
    return " ".join(sorted((min(names.family.whole.plain), min(names.given.whole.plain))))


def _pair(both: Two, verdict: Verdict, said: Difference | None = None) -> dict[str, Any]:
    first, second = both
    return {
        "first_id": first,
        "second_id": second,
        "score": verdict.score,
        "reasons": list(verdict.reasons),
        "state": PairState.OPEN,
        "said_distinct": said,
    }


def _moved(pair: DuplicatePair, found: Verdict) -> bool:
    """Whether a pair stands otherwise after its records were compared again."""
    speaking = [reason for reason in found.reasons if matching().weights[reason] > 0]
    state = rules.state_after(pair.state, pair.reasons, speaking, enough=_is_queued(found))
    if state == PairState.DISMISSED or (state, found.score) == (pair.state, pair.score):
        return False
    pair.state, pair.score, pair.reasons = state, found.score, list(found.reasons)
    return True


def _is_queued(verdict: Verdict) -> bool:
    return verdict.score >= matching().queue


def _beside(
    pair: DuplicatePair, facts: Mapping[UUID, Facts], sight: Mapping[str, Collection[UUID]], language: Language
) -> Beside:
    owners = [facts[one].owner_agency if one in sight["identity"] else None for one in pair.ids]
    fields = [
        _field(section, field, [(getattr(facts[one], section).get(field), one in sight[section]) for one in pair.ids])
        for section, table in (("identity", Identity), ("contact", Contact))
        for field in table.fields()
    ]
    codes = [(_codes(facts[one]), one in sight["identity"]) for one in pair.ids]
    return Beside(pair, owners, [_field("identity", "codes", codes), *fields], language)


def _field(section: str, field: str, values: Sequence[tuple[Any, bool]]) -> FieldOut:
    (mine, i_see), (theirs, they_see) = values
    told = field in COMPARED or (i_see and they_see)
    return FieldOut(
        field=f"{section}.{field}",
        values=[_seen(field, value, visible=visible) for value, visible in values],
        closeness=COMPARED.get(field, rules.values_close)(mine, theirs) if told else None,
    )


def _seen(field: str, value: Any, *, visible: bool) -> Seen:
    shown = value if visible else rules.shown_to_stranger(field, value)
    return Seen(value=shown if isinstance(shown, bool | list | None) else str(shown), visible=visible)


def _codes(facts: Facts) -> list[str]:
    return [f"{known.kind} {known.country} {known.value}" for known in sorted(facts.known)]


def _names_close(mine: str, theirs: str) -> Closeness:
    return rules.names_close(name(mine), name(theirs), matching().near)


def _same_by(key: Any) -> Any:
    return lambda mine, theirs: rules.values_close(key(mine), key(theirs))


COMPARED = {
    "first_name": _names_close,
    "last_name": _names_close,
    "date_of_birth": rules.births_close,
    "document_number": _same_by(document_key),
    "phone": _same_by(phone_key),
    "email": _same_by(email_key),
}
"""Fields by which records are compared: how near they are is told by the reasons anyway."""
