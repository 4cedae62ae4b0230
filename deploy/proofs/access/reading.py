"""Every reading operation, tried by everybody on everything: what is seen is held against the oracle."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, Final

from deploy.proofs.access import taught
from deploy.proofs.access.aims import LIMIT, Aim, Kind, chosen_for
from deploy.proofs.access.finding import Finding
from deploy.proofs.access.onlookers import Onlooker
from deploy.proofs.access.operations import Operation
from deploy.proofs.access.oracle import Oracle
from deploy.proofs.access.rows import Row
from deploy.proofs.access.sight import Seen, Sight, items_of
from deploy.proofs.access.site import Answer, Asked
from deploy.proofs.access.world import World

ROLE_REFUSED: Final = "This needs one of the roles"
MOST_PAGES: Final = 200
MOST_BY_ONES: Final = 24
READ_BY_ONES: Final = 3
"""How many lists of each operation are read in pages of one, and of how many items at the most."""

TRIED_WHERE_REFUSED: Final = 2
"""How much is tried by an onlooker whose role is refused at the first."""


@dataclass(frozen=True)
class Look:
    """What one onlooker was answered at one aim, and what that gives away."""

    onlooker: Onlooker
    aim: Aim
    answer: Answer
    seen: Seen
    items: Sequence[Any] = ()
    """What is listed, page after page."""

    @property
    def is_refused_by_role(self) -> bool:
        """Whether the onlooker is refused for what they are, whatever they ask about."""
        return is_refused_by_role(self.answer)


def is_refused_by_role(answer: Answer) -> bool:
    """Whether an answer refuses a role, or a caller whom nobody knows."""
    if answer.status == 401:
        return True
    return answer.problem == "forbidden" and str(answer.content.get("detail")).startswith(ROLE_REFUSED)


async def thorough_ones(
    world: World, operation: Operation, aim: Aim, onlookers: Iterable[Onlooker]
) -> frozenset[Onlooker]:
    """Of each agency the first officer whose role is let in, case managers before others: they look at everything."""
    asked = aim.asked(operation, None if operation.is_reading else {}, If_Match="*")
    officers: dict[str, list[Onlooker]] = defaultdict(list)
    for onlooker in sorted(onlookers, key=lambda who: not world.comes_first(who)):
        if onlooker.person is None:
            officers[onlooker.agency].append(onlooker)
    found = await asyncio.gather(*(_first_let_in(world, asked, of_agency) for of_agency in officers.values()))
    return frozenset(first for first in found if first is not None)


async def _first_let_in(world: World, asked: Asked, onlookers: Iterable[Onlooker]) -> Onlooker | None:
    for onlooker in onlookers:
        if not is_refused_by_role(await world.site.ask(onlooker, asked)):
            return onlooker
    return None


class Reading:
    """Looks at a world through its reading operations."""

    def __init__(self, world: World, oracle: Oracle, finding: Finding) -> None:
        self.world = world
        self.oracle = oracle
        self.finding = finding
        self.sight = Sight([*world.rows, *world.log], world.marks)
        self.shown: dict[Row, set[Onlooker]] = defaultdict(set)

    async def try_operation(self, operation: Operation, aims: Sequence[Aim], onlookers: Iterable[Onlooker]) -> None:
        """Let everybody use one operation, then judge what each saw."""
        thorough = await thorough_ones(self.world, operation, aims[0], onlookers)
        every = [self._looks(operation, onlooker, chosen_for(onlooker, aims, thorough)) for onlooker in onlookers]
        looks = [look for looks in await asyncio.gather(*every) for look in looks]
        self.finding.cells[operation.name] += len(looks)
        self._judge(operation, looks)
        await self._turn_pages(operation, looks)

    async def _looks(self, operation: Operation, onlooker: Onlooker, chosen: Sequence[Aim]) -> list[Look]:
        """The looks of one onlooker; one whose role is refused looks at a few things only, and is refused there too."""
        first = await self._look(operation, onlooker, chosen[0])
        rest = chosen[1:TRIED_WHERE_REFUSED] if first.is_refused_by_role else chosen[1:]
        return [first, *await asyncio.gather(*(self._look(operation, onlooker, aim) for aim in rest))]

    async def _look(self, operation: Operation, onlooker: Onlooker, aim: Aim) -> Look:
        asked = aim.asked(operation)
        answer = await self.world.site.ask(onlooker, asked)
        seen, items = self.sight.of(answer), items_of(answer.content)
        following, pages = _following(asked, answer), 1
        while following and pages < MOST_PAGES:
            page = await self.world.site.ask(onlooker, following)
            seen, items = _together(seen, self.sight.of(page)), [*items, *items_of(page.content)]
            following, pages = _following(asked, page), pages + 1
        return Look(onlooker, aim, answer, seen, items)

    async def _turn_pages(self, operation: Operation, looks: Iterable[Look]) -> None:
        """A few lists are read again in pages of one: nothing is missing then, and nothing comes twice."""
        if all(parameter.name != LIMIT for parameter in operation.parameters):
            return
        several = [look for look in looks if look.answer.is_given and 1 < len(look.items) <= MOST_BY_ONES]
        longest = {look.onlooker: look for look in sorted(several, key=lambda look: len(look.items))}
        chosen = list(longest.values())[-READ_BY_ONES:]
        for look in chosen:
            self.finding.look(operation)
            by_ones = await self._look(operation, look.onlooker, look.aim.by_ones())
            self._judge_leaks(operation, by_ones)
            for row in look.seen.possible - by_ones.seen.possible:
                self._wrong(operation, look, f"is shown {row} in one page, and not in pages of one")
            told = [str(item) for item in by_ones.items]
            if len(set(told)) < len(told):
                self._wrong(operation, look, "is shown something twice in pages of one")

    def _judge(self, operation: Operation, looks: Sequence[Look]) -> None:
        found = {(look.onlooker, look.aim): look for look in looks}
        refused = {look.onlooker for look in looks if look.is_refused_by_role}
        listed = frozenset[str]().union(*(look.seen.listed for look in looks))
        together = _seen_by_anybody(looks)
        in_list = self._in_list(operation, listed, {look.aim for look in looks})
        if not any(map(self._shown_in, looks)) and operation.name not in taught.SHOWS_NO_ROW:
            self.finding.wrong(operation, "proof", "aim", "nobody is shown any row, so nothing is proved (taught.py)")
        for look in looks:
            self.finding.judge_status(operation, look.onlooker, look.aim, look.answer.status)
            self._judge_leaks(operation, look)
            if look.onlooker in refused:
                if not look.is_refused_by_role:
                    self._wrong(operation, look, "is let in here, though the role is refused elsewhere")
                continue
            if look.aim.reference is not None:
                self._judge_existence(operation, look, found[look.onlooker, look.aim.reference])
            self._judge_holes(operation, look, in_list[look.aim], together[look.aim])
            self._note_shown(look)

    def _note_shown(self, look: Look) -> None:
        """Remember to whom a row was shown."""
        for row in self._shown_in(look):
            self.shown[row].add(look.onlooker)

    def _shown_in(self, look: Look) -> Set[Row]:
        """The rows that the onlooker is rightly shown; one whose own address is answered is."""
        is_addressed = look.aim.kind is Kind.ROW and look.answer.is_given
        addressed = {look.aim.row} if is_addressed and look.aim.row is not None else set()
        return (look.seen.possible | addressed) & self.oracle.visible_to(look.onlooker)

    def _judge_leaks(self, operation: Operation, look: Look) -> None:
        """Nothing that the oracle does not let the onlooker see stands in the answer."""
        visible = self.oracle.visible_to(look.onlooker)
        if operation.name in taught.ALL_THAT_IS_HELD:
            visible |= self.oracle.visible_once_merged(look.onlooker)
        for row in look.seen.certain - visible:
            self._wrong(operation, look, f"sees {row} and may not")
        for rows in look.seen.either:
            if rows.isdisjoint(visible):
                self._wrong(operation, look, f"sees words of {' or '.join(map(str, rows))} and may not")
        for mark in look.seen.strangers:
            author = self.world.marks.authors[mark]
            of_client = self.world.clients.get(author.state) == look.onlooker.person
            if author.agency != look.onlooker.agency and not of_client:
                self._wrong(operation, look, f"sees words that {author.agency} wrote about {author.state}")

    def _judge_existence(self, operation: Operation, look: Look, nothing: Look) -> None:
        """What the onlooker may not see is answered as what does not exist; what they may see is not."""
        is_like_nothing = told(look) == told(nothing)
        if look.aim.kind is Kind.ROW and is_like_nothing and look.aim.row in self.oracle.visible_to(look.onlooker):
            self._wrong(operation, look, f"may see the row and is told {_brief(look)}, as if there were none")
        if not is_like_nothing and self._is_hidden(look):
            what = f"is told {_brief(look)} of what they may not see, and {_brief(nothing)} of what does not exist"
            self._wrong(operation, look, what)

    def _is_hidden(self, look: Look) -> bool:
        """Whether what is aimed at should be as if it were not there."""
        visible = self.oracle.visible_to(look.onlooker)
        match look.aim.kind:
            case Kind.CROSSED:
                return True
            case Kind.ROW:
                # What hangs on the row may be the onlooker's to see without it, and so may be shown at its address.
                hanging = filter(look.aim.concerns, look.seen.possible & visible)
                return look.aim.row not in visible and not any(hanging)
            case _:
                return not any(map(look.aim.concerns, visible))

    def _in_list(
        self, operation: Operation, listed: frozenset[str], aims: Iterable[Aim]
    ) -> Mapping[Aim, frozenset[Row]]:
        """Aim -> the rows of the listed tables that its parameters ask for."""
        rows = [row for row in self.oracle.rows if row.place in listed]
        if by := taught.NAMED_BY.get(operation.name):
            return {aim: frozenset(row for row in rows if row.ids.get(by) == aim.client) for aim in aims}
        return {aim: frozenset(filter(aim.selects, rows)) for aim in aims}

    def _judge_holes(self, operation: Operation, look: Look, in_list: frozenset[Row], together: frozenset[Row]) -> None:
        """Nothing is left out: neither of the list, nor of what others are shown of the same whole."""
        if look.aim.kind in (Kind.NOTHING, Kind.MISSING, Kind.CROSSED):
            return
        visible = self.oracle.visible_to(look.onlooker)
        expected = set(in_list)
        if operation.name in taught.NOT_THE_WHOLE:
            together = frozenset()
        if look.aim.kind is Kind.EVERYTHING or self._is_shown_whole(look, look.aim.whole_among(together)):
            expected |= together
        if operation.name in taught.OWN_ALONE:
            expected = {row for row in expected if row.owner == look.onlooker.agency}
        for row in (expected & visible) - look.seen.possible:
            self._wrong(operation, look, f"may see {row} and is not shown it ({_brief(look)})")

    def _is_shown_whole(self, look: Look, whole: set[Row]) -> bool:
        """Whether the onlooker is to be shown what others are: they may see the whole, or are given any answer."""
        return whole <= self.oracle.visible_to(look.onlooker) if whole else look.answer.is_given

    def _wrong(self, operation: Operation, look: Look, what: str) -> None:
        self.finding.wrong(operation, look.onlooker, look.aim, what)


def _seen_by_anybody(looks: Sequence[Look]) -> Mapping[Aim, frozenset[Row]]:
    """Aim -> the rows that anybody was surely shown there."""
    together: dict[Aim, frozenset[Row]] = defaultdict(frozenset)
    for look in looks:
        together[look.aim] |= look.seen.certain
    return together


def _following(asked: Asked, answer: Answer) -> Asked | None:
    """The request for the page that follows."""
    place = answer.content.get("next") if isinstance(answer.content, dict) and answer.is_given else None
    return replace(asked, query={**asked.query, "cursor": place}) if place else None


def _together(one: Seen, other: Seen) -> Seen:
    return Seen(
        one.certain | other.certain,
        one.either | other.either,
        one.listed | other.listed,
        one.strangers | other.strangers,
    )


def told(look: Look) -> tuple[int, str | None, str]:
    """What an answer tells, without the ids that were asked for and what differs from request to request."""
    if not look.answer.is_given:
        return look.answer.status, look.answer.problem, ""
    text = look.answer.text
    for value in look.aim.ids.values():
        text = text.replace(value, "?")
    return look.answer.status, None, text


def _brief(look: Look) -> str:
    return f"{look.answer.status} {look.answer.problem or ''}".strip()
