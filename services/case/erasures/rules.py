"""When what is held of a person may be erased. Pure: no database, no clock, no I/O."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shared.access.categories import Category
from shared.months import months_after
from shared.rules import Unmet, failing

SHARED_RECORD = frozenset({Category.IDENTITY, Category.CONTACT})
"""Categories that every agency with a case rests on, whichever of them owns the row."""


class Reason(StrEnum):
    """Why data are erased (GDPR art. 17(1)(a)-(e)); whoever relies on the last three names a legal code."""

    NO_LONGER_NEEDED = "no_longer_needed"
    PERSON_ASKED = "person_asked"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    UNLAWFUL = "unlawful"
    LEGAL_OBLIGATION = "legal_obligation"


WAIT_FOR_PERIOD = frozenset({Reason.NO_LONGER_NEEDED, Reason.PERSON_ASKED})
"""Reasons that do not set aside the time for which an agency has to keep its data (GDPR art. 17(3)(b))."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What the rules know of an agency and a client: when its last case ended, and whether others rest on the record.

    `ended_on` is none while the agency has an open case; `written_on` is when it last wrote of each category.
    """

    ended_on: date | None
    needed_by_others: bool
    written_on: Mapping[Category, date] = field(default_factory=dict)

    def since(self, category: Category) -> date | None:
        """The day from which the time to keep a category counts: what is written after the end is kept as long."""
        return self.ended_on and max(self.ended_on, self.written_on.get(category, self.ended_on))


@dataclass(frozen=True, slots=True)
class Terms:
    """What is to be erased, for whom, and why. No agency: everybody's rows; no categories: all of them."""

    asking: str
    agency: str | None
    categories: frozenset[Category] | None
    reason: Reason
    legal_code: str | None

    @property
    def minds_other_services(self) -> bool:
        """Whether it matters what other services hold: of other agencies, or since when."""
        whole_or_shared = self.agency is None or not self.touched.isdisjoint(SHARED_RECORD)
        return whole_or_shared or self.reason in WAIT_FOR_PERIOD

    @property
    def touched(self) -> frozenset[Category]:
        """The categories that would be erased."""
        return frozenset(Category) if self.categories is None else self.categories


def due(keep_months: Mapping[Category, int], holding: Holding, today: date) -> dict[Category, date]:
    """Categories whose time is over, each with the day it ended. The shared record waits for every agency."""
    counted = [(category, holding.since(category), months) for category, months in keep_months.items()]
    ends = {category: months_after(since, months) for category, since, months in counted if since is not None}
    waiting = SHARED_RECORD if holding.needed_by_others else frozenset()
    return {category: end for category, end in ends.items() if end <= today and category not in waiting}


def unmet(terms: Terms, holding: Holding, over: Collection[Category], *, under_way: bool) -> list[Unmet]:
    """Conditions that keep data from being erased; empty when they can be.

    Source: GDPR art. 17(1) and (3)(b); the periods stand in the agency's profile.
    """
    others = holding.needed_by_others and (terms.agency is None or not terms.touched.isdisjoint(SHARED_RECORD))
    waits = terms.reason in WAIT_FOR_PERIOD and holding.ended_on is not None and not others
    needs_code = terms.reason not in WAIT_FOR_PERIOD and terms.reason is not Reason.CONSENT_WITHDRAWN
    return failing(
        (terms.agency in (None, terms.asking), "erasure.not-your-agency", "/agency"),
        (terms.agency is not None or terms.categories is None, "erasure.whole-by-category", "/categories"),
        (holding.ended_on is not None, "erasure.open-case"),
        (not others, "erasure.needed-by-others"),
        (not waits or terms.touched <= set(over), "erasure.period-not-over", "/categories"),
        (not needs_code or terms.legal_code is not None, "erasure.legal-code-missing", "/legal_code"),
        (not under_way, "erasure.under-way"),
    )
