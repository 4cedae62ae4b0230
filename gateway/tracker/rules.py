"""How the logs of all services become one usage, in words. Pure: no input or output."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from zoneinfo import ZoneInfo

from gateway.tracker.schemas import FindUsageResponse, UsageOut
from shared.access.log_schemas import Seen, Usage

SIDUS = "Sidus"
WHERE = ZoneInfo("Europe/Tallinn")
"""Uses are told in the time of Estonia; so is a moment meant that is asked for without an offset."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A body that used data: its registry code where it has one, its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Telling:
    """How a use is told: by labels in one language, and by the names of agencies."""

    say: Callable[[str], str]
    receivers: Mapping[str, Receiver]

    def usage(self, service: str, entry: Seen) -> UsageOut:
        """An entry of a service's log as the protocol tells it; what Sidus does by itself is told under its name."""
        receiver = self.receivers.get(entry.agency, Receiver(entry.agency, SIDUS))
        return UsageOut(
            logtime=entry.at.astimezone(WHERE),
            action=self._action(entry),
            receiver_code=receiver.code,
            receiver_name=receiver.name,
            receiver_system=f"{SIDUS}: {self.say(f'service.{service}')}",
        )

    def _action(self, entry: Seen) -> str:
        """What was done, to what, and why: `Andmete vaatamine: Terviseandmed (alus: kliendi nõusolek)`."""
        categories = ", ".join(self.say(f"category.{category}") for category in entry.categories)
        because = f"({self.say('usage.ground')}: {self.say(f'ground.{entry.ground}')})"
        return f"{self.say(f'action.{entry.action}')}: {categories} {because}"


def composed(usages: Mapping[str, Usage], telling: Telling, offset: int, limit: int) -> FindUsageResponse:
    """The part of the merged usage that is asked for. Each service gave its newest `offset + limit` entries."""
    logs = [[(service, entry) for entry in usage.items] for service, usage in sorted(usages.items())]
    newest_first = merge(*logs, key=lambda told: told[1].at, reverse=True)
    shown = islice(newest_first, offset, offset + limit)
    return FindUsageResponse(
        total_usages=sum(usage.total for usage in usages.values()),
        usages=[telling.usage(service, entry) for service, entry in shown],
    )


def begun(moments: Iterable[datetime | None], now: datetime) -> datetime:
    """Since when any log has entries; now, if none has."""
    return min((moment for moment in moments if moment), default=now).astimezone(WHERE)


def with_offset(moment: datetime | None) -> datetime | None:
    """A moment of the protocol with the offset that it means."""
    return moment.replace(tzinfo=WHERE) if moment and moment.tzinfo is None else moment
