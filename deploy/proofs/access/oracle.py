"""Who may see which row, said from the world's own facts. Pure; knows nothing of grants, hooks or projections."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from deploy.proofs.access.onlookers import Onlooker
from deploy.proofs.access.rows import ACCESS_LOG, Row
from shared.access.categories import Category
from shared.actor import Role

SHARED_RECORD = frozenset({Category.IDENTITY, Category.CONTACT})
RECORD = frozenset({Category.IDENTITY, Category.CONTACT, Category.SOCIAL, Category.HEALTH, Category.NEEDS})
"""Kinds of data that a client's record has pieces of."""

HIDDEN_EXISTENCE = frozenset({"probation"})
"""Agencies whose having a case is nobody else's business (004 chapter 6.4)."""

STAYS_IN_SIGHT = frozenset({"restriction"})
"""Tables whose rows their agency keeps in sight while the record is closed, as it must to open it again."""

FOR_ITS_AGENCY_ALONE = frozenset({"external_id"})
"""Tables whose rows mean nothing to other agencies, and are opened to none by any ground."""

HOUSEHOLD, MEMBER, IDENTITY = "household", "household_member", "client_identity"
PAIR, SIDE = "duplicate_pair", "duplicate_side"

FOR_THE_PERSON_ALONE = frozenset({"answer"})
"""Tables whose rows nobody else sees: officers see figures, never anybody's answer."""


@dataclass(frozen=True, slots=True)
class Opening:
    """That an agency is let into categories of a client's data: whose rows (None: everybody's), from and until when."""

    client: str
    grantee: str
    categories: frozenset[Category]
    source: str | None
    begins: datetime
    ends: datetime | None = None

    def holds_at(self, now: datetime) -> bool:
        """Whether it counts at a moment."""
        return self.begins <= now and (self.ends is None or now < self.ends)

    def covers(self, row: Row) -> bool:
        """Whether the row is among those opened; the record itself is, to whoever is let into a kind of its pieces."""
        if row.client != self.client or row.table in FOR_ITS_AGENCY_ALONE:
            return False
        if row.table == "client":
            return not self.categories.isdisjoint(RECORD)
        return category_of(row) in self.categories and self.source in (None, row.owner)


@dataclass(frozen=True, slots=True)
class Closing:
    """That a client's record is closed to all but the officers named (`agency/officer`)."""

    client: str
    named: frozenset[str]


@dataclass(slots=True)
class Facts:
    """What has come to pass in the world."""

    openings: list[Opening] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)

    def case_opened(self, client: str, agency: str, at: datetime) -> None:
        """An agency with a case shares the record and knows who else is involved (DESIGN, section 3)."""
        for categories in (SHARED_RECORD, frozenset({Category.EXISTENCE})):
            self.openings.append(Opening(client, agency, categories, None, at))

    def merge(self, merged: str, survivor: str) -> None:
        """A record is out of sight, and what was opened of it is opened of the one that stays."""
        self.merged[merged] = survivor
        self.openings = [
            replace(opening, client=survivor) if opening.client == merged else opening for opening in self.openings
        ]

    def close(self, opening: Opening, at: datetime) -> None:
        """An opening has come to its end before its time."""
        self.openings.remove(opening)
        self.openings.append(replace(opening, ends=at))

    def is_closed_to(self, onlooker: Onlooker, client: str | None) -> bool:
        """Whether a client's record is closed to an officer."""
        me = f"{onlooker.agency}/{onlooker.officer}"
        return any(closing.client == client and me not in closing.named for closing in self.closings)

    def open_at(self, now: datetime) -> list[Opening]:
        """The openings that count at a moment."""
        return [opening for opening in self.openings if opening.holds_at(now)]


def category_of(row: Row) -> str:
    """What kind of data a row holds; that there is a case at all is case data where it is kept hidden."""
    if row.table == "case_presence":
        return Category.CASE if row.owner in HIDDEN_EXISTENCE else Category.EXISTENCE
    return row.category


class Oracle:
    """Says which rows each onlooker may see at one moment."""

    def __init__(self, facts: Facts, rows: Collection[Row], now: datetime) -> None:
        self.rows = rows
        self._facts = facts
        self._openings = facts.open_at(now)
        self._known: dict[tuple[str | None, ...], frozenset[Row]] = {}
        self._of_client: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
        self._gathered: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            self._of_client[row.table, row.client].append(row)
            if row.table in (MEMBER, SIDE):
                self._gathered[row.ids["household_id" if row.table == MEMBER else "pair_id"]].append(row)

    def visible_to(self, onlooker: Onlooker) -> frozenset[Row]:
        """The rows that the onlooker may see."""
        who = (onlooker.agency, onlooker.officer, onlooker.person, onlooker.role)
        if who not in self._known:
            self._known[who] = frozenset(row for row in self.rows if self._sees(onlooker, row))
        return self._known[who]

    def visible_once_merged(self, onlooker: Onlooker) -> frozenset[Row]:
        """The rows of merged records that the onlooker might see if they were the survivor's own."""
        merged = self._facts.merged
        rows = (row for row in self.rows if row.client in merged)
        return frozenset(row for row in rows if self._sees(onlooker, replace(row, client=merged[str(row.client)])))

    def _sees(self, onlooker: Onlooker, row: Row) -> bool:
        if onlooker.role is Role.PUBLIC:
            return False
        if onlooker.person is not None:
            own = self._facts.merged.get(onlooker.person, onlooker.person)
            return row.is_told and own == row.client
        is_own = row.owner == onlooker.agency
        if row.table == HOUSEHOLD:
            return any(self._knows_member(onlooker, member) for member in self._gathered[row.key])
        if row.table == PAIR:
            return self._has_before_it(onlooker, self._gathered[row.key])
        if row.table == ACCESS_LOG:
            return is_own and (row.is_told or onlooker.role is Role.DATA_PROTECTION_OFFICER)
        if row.table in STAYS_IN_SIGHT:
            return is_own
        return not self._is_out_of_sight(onlooker, row) and (is_own or self._is_opened(onlooker, row))

    def _knows_member(self, onlooker: Onlooker, member: Row) -> bool:
        """Whether a household is told of: that the client lives there may be seen, and who the client is."""
        return self._sees(onlooker, member) and any(
            self._sees(onlooker, row) for row in self._of_client[IDENTITY, member.client]
        )

    def _has_before_it(self, onlooker: Onlooker, sides: Collection[Row]) -> bool:
        """Whether the agency has to compare two records: one is its own, and neither is out of sight."""
        is_own = any(side.owner == onlooker.agency for side in sides)
        return is_own and not any(self._is_out_of_sight(onlooker, side) for side in sides)

    def _is_opened(self, onlooker: Onlooker, row: Row) -> bool:
        """Whether the agency is let in to the row."""
        return any(opening.covers(row) for opening in self._openings if opening.grantee == onlooker.agency)

    def _is_out_of_sight(self, onlooker: Onlooker, row: Row) -> bool:
        """Whether no officer sees the row, or the record was merged into another, or is closed to this officer."""
        is_closed = self._facts.is_closed_to(onlooker, row.client)
        return row.table in FOR_THE_PERSON_ALONE or row.client in self._facts.merged or is_closed
