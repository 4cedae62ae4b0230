"""Whether and when a service contact leads to a survey. Pure: no database, no clock, no I/O.

Source: 001 L1123-1127 (automatic dispatch), L1137 (holidays), L1174-1180 (1-3 days, 1-2 a year).
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.feedback.surveys.rules import SurveyKind

YEAR = timedelta(days=365)


class Outcome(StrEnum):
    """What was decided about one trigger (otsus)."""

    SENT = "sent"
    DEFERRED = "deferred"
    SUPPRESSED = "suppressed"


class Reason(StrEnum):
    """The rule behind a decision; each has its words and source among the labels."""

    AFTER_CONTACT = "decision.after-contact"
    AFTER_HOLIDAY = "decision.after-holiday"
    DUE = "decision.due"
    NOT_TRIGGERED = "decision.not-triggered"
    TOO_LONG_AGO = "decision.too-long-ago"
    QUARANTINE = "decision.quarantine"
    OFTEN_ENOUGH = "decision.often-enough"
    NO_ADDRESS = "decision.no-address"
    ADDRESS_REFUSED = "decision.address-refused"
    NO_CONSENT = "decision.no-consent"
    CLIENT_UNKNOWN = "decision.client-unknown"


class Reachability(StrEnum):
    """What is known at the moment of sending about reaching the person."""

    REACHABLE = "reachable"
    UNKNOWN = "unknown"
    UNWILLING = "unwilling"
    WITHOUT_ADDRESS = "without-address"
    REFUSED_BY_MAIL = "refused-by-mail"


_UNREACHABLE = {
    Reachability.UNKNOWN: Reason.CLIENT_UNKNOWN,
    Reachability.UNWILLING: Reason.NO_CONSENT,
    Reachability.WITHOUT_ADDRESS: Reason.NO_ADDRESS,
    Reachability.REFUSED_BY_MAIL: Reason.ADDRESS_REFUSED,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """The policy's figures; `holidays` answers whether a day is one, in the zone's own dates."""

    earliest: timedelta
    latest: timedelta
    quarantine: timedelta
    relationship_maximum: int
    holidays: Container[date]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Approach:
    """One survey that the person was sent, or is about to be, by whichever agency."""

    kind: SurveyKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by which rule, and for a deferred survey the moment it is due."""

    outcome: Outcome
    reason: Reason
    due_at: datetime | None = None


def decide(
    kind: SurveyKind | None,
    occurred_at: datetime,
    approaches: Sequence[Approach],
    now: datetime,
    terms: Terms,
) -> Decision:
    """Decide on a contact of which we have just learned; `kind` is None when it asks no survey."""
    if kind is None:
        return _suppressed(Reason.NOT_TRIGGERED)
    if now > occurred_at + terms.latest:
        return _suppressed(Reason.TOO_LONG_AGO)
    wanted = max(now, occurred_at + terms.earliest)
    due = working_moment(wanted, terms)
    if _in_quarantine(due, approaches, terms):
        return _suppressed(Reason.QUARANTINE)
    if kind is SurveyKind.RELATIONSHIP and _asked_often_enough(due, approaches, terms):
        return _suppressed(Reason.OFTEN_ENOUGH)
    return _deferred(wanted, due)


def decide_when_due(expires_at: datetime, now: datetime, terms: Terms) -> Decision:
    """Decide on a survey whose moment has come: it may have come on a holiday, or long ago."""
    due = working_moment(now, terms)
    if expires_at <= due:
        return _suppressed(Reason.TOO_LONG_AGO)
    return Decision(Outcome.SENT, Reason.DUE) if due == now else _deferred(now, due)


def decide_on_reaching(person: Reachability) -> Decision:
    """Decide on a survey that is being sent, by what became known of reaching the person."""
    if person is Reachability.REACHABLE:
        return Decision(Outcome.SENT, Reason.DUE)
    return _suppressed(_UNREACHABLE[person])


def working_moment(moment: datetime, terms: Terms) -> datetime:
    """The moment itself, or the same time of the first following day that is no holiday."""
    local = moment.astimezone(terms.zone)
    if local.date() not in terms.holidays:
        return moment
    while local.date() in terms.holidays:
        local += timedelta(days=1)
    return local.astimezone(moment.tzinfo)


def _in_quarantine(due: datetime, approaches: Sequence[Approach], terms: Terms) -> bool:
    return any(abs(due - approach.at) < terms.quarantine for approach in approaches)


def _asked_often_enough(due: datetime, approaches: Sequence[Approach], terms: Terms) -> bool:
    within_year = [
        approach
        for approach in approaches
        if approach.kind is SurveyKind.RELATIONSHIP and abs(due - approach.at) < YEAR
    ]
    return len(within_year) >= terms.relationship_maximum


def _deferred(wanted: datetime, due: datetime) -> Decision:
    reason = Reason.AFTER_CONTACT if due == wanted else Reason.AFTER_HOLIDAY
    return Decision(Outcome.DEFERRED, reason, due)


def _suppressed(reason: Reason) -> Decision:
    return Decision(Outcome.SUPPRESSED, reason)
