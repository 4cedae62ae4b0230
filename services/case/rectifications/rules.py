"""When a request to put the record right may be taken and answered. Pure: no database, no clock, no I/O."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.rules import Unmet, failing


class State(StrEnum):
    """What became of a request."""

    OPEN = "open"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Request:
    """What the rules know of a request: who answers for it, which fields it is about, whether it is decided.

    `claim_seen` tells whether who answers sees what is claimed, so that it can be put in force.
    """

    agency: str
    fields: frozenset[str]
    decided: bool
    claim_seen: bool = True


def asking_unmet(*, differs: bool, has_open: bool) -> list[Unmet]:
    """Conditions that keep a request from being taken: it says something else, and one at a time for a section."""
    return failing(
        (differs, "rectification.nothing-differs", "/claimed"),
        (not has_open, "rectification.already-open", "/section"),
    )


def answer_unmet(request: Request, accepted: Collection[str], reason: str | None, *, agency: str) -> list[Unmet]:
    """Conditions that keep a request from being answered so. Source: GDPR art. 12(3)-(4), 16."""
    return failing(
        (not request.decided, "rectification.already-decided"),
        (agency == request.agency, "rectification.not-responsible"),
        (request.decided or request.claim_seen or not accepted, "rectification.claim-not-seen", "/accepted"),
        (set(accepted) <= request.fields, "rectification.field-not-asked-for", "/accepted"),
        (request.fields <= set(accepted) or reason is not None, "rectification.reason-missing", "/reason"),
    )


def state(fields: Collection[str], accepted: Collection[str], *, decided: bool) -> State:
    """What became of a request."""
    if not decided:
        return State.OPEN
    if not accepted:
        return State.DECLINED
    return State.ACCEPTED if set(fields) <= set(accepted) else State.PARTLY


def is_overdue(due_on: date, today: date, *, decided: bool) -> bool:
    """Whether the answer is late."""
    return not decided and due_on < today
