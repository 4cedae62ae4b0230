"""What a retention run counts, and what it orders for a client. Pure: no database, no clock, no I/O."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from shared.access.categories import Category
from shared.rules import Unmet, failing


class Found(BaseModel):
    """What is due of one category: of how many clients, since when, and how many rows in each service."""

    clients: int = 0
    earliest: date | None = None
    latest: date | None = None
    rows: dict[str, int] = {}

    def with_client(self, ended_on: date) -> "Found":
        """Also a client whose time for this category ended on a day."""
        days = [day for day in (self.earliest, self.latest, ended_on) if day is not None]
        return self.model_copy(update={"clients": self.clients + 1, "earliest": min(days), "latest": max(days)})

    def with_rows(self, service: str, count: int) -> "Found":
        """Also rows of a service."""
        return self.model_copy(update={"rows": self.rows | {service: self.rows.get(service, 0) + count}})


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of one client, each category with the day on which its time ended."""

    client_id: UUID
    categories: Mapping[Category, date]
    others_have_cases: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the client need be kept by anybody."""
        return not self.others_have_cases and self.categories.keys() == set(Category)

    def without(self, ordered: Collection[Category]) -> "Due":
        """What has not been ordered yet."""
        left = {category: end for category, end in self.categories.items() if category not in ordered}
        return Due(self.client_id, left, self.others_have_cases)


def unmet(kind: str, profiles: Collection[str]) -> list[Unmet]:
    """Conditions that keep an agency from running retention: its kind's profile says how long data are kept."""
    return failing((kind in profiles, "retention.kind-without-profile"))


def ordered_since(
    ordered: Mapping[Category, datetime], ended_at: datetime | None, written: Mapping[Category, datetime]
) -> list[Category]:
    """Categories that were ordered to be erased since the last case ended and since anything was last written."""
    last = {category: [at for at in (ended_at, written.get(category)) if at is not None] for category in ordered}
    return [category for category, at in ordered.items() if all(at >= moment for moment in last[category])]


def together(found: Mapping[Category, Found], due: Collection[Due]) -> dict[Category, Found]:
    """What was found so far, with what is due of further clients."""
    total = dict(found)
    for one in due:
        for category, ended_on in one.categories.items():
            total[category] = total.get(category, Found()).with_client(ended_on)
    return total
