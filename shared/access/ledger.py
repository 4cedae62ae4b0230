"""What a session read and changed, gathered while it happens and written as access-log rows before the answer."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from shared.access.categories import AccessAction, Ground
from shared.access.models import Scoped
from shared.actor import Actor, Role


class Law(NamedTuple):
    """A legal code, if one is named, and until when it keeps the person from seeing what is done under it."""

    code: str | None = None
    hidden_until: datetime | None = None


NO_LAW = Law()


@dataclass(frozen=True, slots=True)
class Basis:
    """What a read rests on: the ground, and the law if it names one."""

    ground: Ground
    law: Law = NO_LAW


Opened = Mapping[tuple[UUID, str], Iterable[tuple[str | None, Basis]]]
"""Grants in force for the actor: (client, category) -> (whose rows, on what basis)."""


def _under(*laws: Law) -> dict[str, Any]:
    """What an entry says of the laws it is made under, the nearest first: the nearest code, and what hides it longest.

    What is hidden by one of them is hidden, whatever else it rests on.
    """
    hiding = max((law for law in laws if law.hidden_until), key=attrgetter("hidden_until"), default=NO_LAW)
    code = next((law.code for law in laws if law.code), None)
    return {"legal_code": code, "hidden_code": hiding.code, "hidden_until": hiding.hidden_until}


class Touch(NamedTuple):
    """One row touched: whose data, what was done, what kind of data, and which agency's row it was.

    A row of which grants of several categories let one know is entered under the category that did.
    `opened_with` is the client whose grants open the row: another than the row's own once that record was merged.
    """

    client_id: UUID
    action: AccessAction
    category: str
    owner: str
    ground: Ground | None = None
    opened_by: tuple[str, ...] = ()
    opened_with: UUID | None = None

    @property
    def granted_for(self) -> UUID:
        """Whose grants are looked up."""
        return self.opened_with or self.client_id


SEEING = frozenset({AccessAction.READ, AccessAction.SEARCH, AccessAction.LOOK_UP})
"""Actions that tell the actor something and change nothing."""


class GroundGone(Exception):
    """A row was read under a grant that no longer stands: the answer must not leave."""


def _let_in(touch: Touch, opened: Opened, kinds: Collection[str]) -> tuple[str, Basis]:
    """The category and basis of a grant that lets the actor see another agency's row: of what else was seen, if any."""
    for category in sorted(touch.opened_by or (touch.category,), key=lambda one: one not in kinds):
        for source, basis in opened.get((touch.granted_for, category), ()):
            if touch.opened_by or source in (None, touch.owner):
                return category, basis
    raise GroundGone


class Ledger:
    """Everything personal that one unit of work touched."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.actor = actor
        self._of_request = Law(actor.legal_code, None if actor.hidden_for is None else now + actor.hidden_for)
        self._resting_on: dict[UUID, Law] = {}
        self._touches: set[Touch] = set()
        self._told: set[Touch] = set()

    def rest_on(self, client_id: UUID, code: str | None, hidden_until: datetime | None = None) -> None:
        """All that is done here about a client rests on a legal code, which may hide it from them for a time."""
        self._resting_on[client_id] = Law(code, hidden_until)

    def saw(self, row: Scoped, opened_with: UUID | None = None) -> None:
        """A row was loaded."""
        self._touched_row(row, AccessAction.READ, opened_with)

    def changed(self, row: Scoped, action: AccessAction) -> None:
        """A row was created, changed or removed."""
        self._touched_row(row, action)

    def made(self, action: AccessAction, rows: Iterable[Mapping[str, Any]]) -> None:
        """Many new rows, given as columns, are about to be written."""
        touches = {Touch(row["client_id"], action, row["category"], row["owner_agency"]) for row in rows}
        self._touches |= touches
        self._told |= touches

    def touched(
        self, client_id: UUID, action: AccessAction, category: str, owner: str, ground: Ground | None = None
    ) -> None:
        """Something about a client was read or changed."""
        self._note(Touch(client_id, action, category, owner, ground))

    def foreign_clients(self) -> set[UUID]:
        """Clients of whom another agency's rows were touched: their grounds have to be looked up."""
        if self.actor.has(Role.PERSON, Role.SERVICE):
            return set()
        return {touch.granted_for for touch in self._touches if self._needs_grant(touch)}

    def rows(self, opened: Opened) -> list[dict[str, Any]]:
        """The access-log rows of this unit of work: one for each client, action and basis."""
        gathered: dict[tuple[UUID, AccessAction, Basis], set[str]] = defaultdict(set)
        kinds = self._kinds()
        for touch in self._touches:
            category, basis = self._entered_as(touch, opened, kinds[touch.client_id])
            gathered[touch.client_id, touch.action, basis].add(str(category))
        return [
            {
                "client_id": client_id,
                "action": action,
                "ground": basis.ground,
                "categories": sorted(categories),
                **_under(basis.law, self._law_on(client_id), self._of_request),
            }
            for (client_id, action, basis), categories in gathered.items()
        ]

    def told(self) -> list[dict[str, Any]]:
        """What an answer made now tells about whom, so that the same answer given again can be logged again."""
        seen = {touch._replace(action=AccessAction.READ) for touch in self._told}
        return [self._told_of(touch) for touch in sorted(seen, key=str)]

    def told_again(self, told: Iterable[Mapping[str, Any]]) -> None:
        """An answer that was given before is given again, under the law under which it was given."""
        for one in told:
            client_id, ground = UUID(one["client_id"]), Ground(one["ground"]) if one["ground"] else None
            until = one.get("hidden_until")
            self.rest_on(client_id, one.get("legal_code"), datetime.fromisoformat(until) if until else None)
            what = (client_id, AccessAction.READ, one["category"], one["owner"])
            self._note(Touch(*what, ground, tuple(one.get("opened_by", ()))))

    def so_far(self) -> frozenset[Touch]:
        """What has been touched until now and not been written."""
        return frozenset(self._touches)

    def forget_changes(self, since: frozenset[Touch] = frozenset()) -> None:
        """What was changed has been undone; what was seen has been seen."""
        self._touches = {touch for touch in self._touches if touch.action in SEEING or touch in since}

    def clear(self) -> None:
        """Forget what has been written."""
        self._touches.clear()

    def _law_on(self, client_id: UUID) -> Law:
        return self._resting_on.get(client_id, NO_LAW)

    def _told_of(self, touch: Touch) -> dict[str, Any]:
        code, until = self._law_on(touch.client_id)
        return {
            "client_id": str(touch.client_id),
            "category": touch.category,
            "owner": touch.owner,
            "ground": touch.ground,
            "opened_by": list(touch.opened_by),
            "legal_code": code,
            "hidden_until": until.isoformat() if until else None,
        }

    def _touched_row(self, row: Scoped, action: AccessAction, opened_with: UUID | None = None) -> None:
        """A row was read or changed; one about nobody yet leaves nothing."""
        client_id: UUID | None = row.client_id
        if client_id is not None:
            by = tuple(sorted(row.opened_by))
            self._note(Touch(client_id, action, row.category, row.owner_agency, None, by, opened_with))

    def _note(self, touch: Touch) -> None:
        self._touches.add(touch)
        self._told.add(touch)

    def _needs_grant(self, touch: Touch) -> bool:
        return touch.ground is None and touch.owner != self.actor.agency

    def _kinds(self) -> dict[UUID, set[str]]:
        """The categories of which a row was touched that says something, by client."""
        kinds: dict[UUID, set[str]] = defaultdict(set)
        for touch in self._touches:
            kinds[touch.client_id].update(() if touch.opened_by else (touch.category,))
        return kinds

    def _entered_as(self, touch: Touch, opened: Opened, kinds: Collection[str]) -> tuple[str, Basis]:
        """The category under which a touch is entered, and what it rests on."""
        if touch.ground is not None:
            return touch.category, Basis(touch.ground)
        if self.actor.has(Role.PERSON):
            return touch.category, Basis(Ground.PERSON)
        if self.actor.has(Role.SERVICE):
            return touch.category, Basis(Ground.SERVICE)
        if touch.owner == self.actor.agency:
            return touch.category, Basis(Ground.OWN)
        return _let_in(touch, opened, kinds)
