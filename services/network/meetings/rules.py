"""When a network meeting can be called and when its minutes can be kept. Pure: no database, no clock, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from shared.rules import Unmet, failing


class Standing(StrEnum):
    """As what somebody is invited or present."""

    CLIENT = "client"
    INFORMAL = "informal"
    FORMAL = "formal"


class Support(StrEnum):
    """How the meeting stood behind a decision; the source gives no finer scale (L2943-2953)."""

    CONSENSUS = "consensus"
    WITH_DISSENT = "with_dissent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """A row of invited persons, participants or absentees: the client by that word alone, others by tie or post."""

    standing: Standing
    name: str | None = None
    relation: str | None = None
    post: str | None = None
    institution: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A point of the agenda and its part of the time."""

    starts_at: time
    ends_at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """A meeting as planned on form D1."""

    starts_at: time
    ends_at: time
    items: Sequence[Item]
    invited: Sequence[Attendee]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided as far as the rules ask: by when, by whom, and whether all agreed."""

    due_on: date | None
    responsible_agency: str | None
    support: Support
    dissent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """A meeting as held, on form D3."""

    held_on: date
    chair: str | None
    minute_taker: str | None
    participants: Sequence[Attendee]
    absentees: Sequence[Attendee]
    decisions: Sequence[Decision]


def agenda_unmet(agenda: Agenda) -> list[Unmet]:
    """Conditions that keep a meeting from being called; empty when it can be.

    Source: 004 form D1 (L6253-6310); each item has its time (L2918-2927).
    """
    return [
        *failing((agenda.starts_at < agenda.ends_at, "meeting.ends-before-start", "/ends_at")),
        *(unmet for place, item in enumerate(agenda.items) for unmet in _item_unmet(item, agenda, place)),
        *_attendees_unmet(agenda.invited, "/invited"),
    ]


def minutes_unmet(minutes: Minutes, *, is_minuted: bool, today: date) -> list[Unmet]:
    """Conditions that keep minutes from being recorded; empty when they can be.

    Source: 004 form D3 (L6353-6457); chair and minute taker are chosen each time (L2114-2115).
    """
    return [
        *failing(
            (not is_minuted, "meeting.minuted-already"),
            (minutes.held_on <= today, "meeting.not-yet-held", "/held_on"),
            (minutes.chair is not None, "meeting.chair-missing", "/chair"),
            (minutes.minute_taker is not None, "meeting.minute-taker-missing", "/minute_taker"),
            (bool(minutes.participants), "meeting.nobody-present", "/participants"),
        ),
        *_attendees_unmet(minutes.participants, "/participants"),
        *_attendees_unmet(minutes.absentees, "/absentees"),
        *(
            unmet
            for place, decision in enumerate(minutes.decisions)
            for unmet in _decision_unmet(decision, minutes.held_on, f"/decisions/{place}")
        ),
    ]


def _item_unmet(item: Item, agenda: Agenda, place: int) -> list[Unmet]:
    inside = agenda.starts_at <= item.starts_at and item.ends_at <= agenda.ends_at
    pointer = f"/agenda/{place}"
    return failing(
        (item.starts_at < item.ends_at, "meeting.item-ends-before-start", pointer),
        (inside, "meeting.item-outside-meeting", pointer),
    )


def _attendees_unmet(attendees: Sequence[Attendee], where: str) -> list[Unmet]:
    """A relation for those near the client, post and institution for specialists (L6289-6310)."""
    clients = [attendee for attendee in attendees if attendee.standing is Standing.CLIENT]
    found = failing((len(clients) <= 1, "meeting.client-twice", where))
    for place, attendee in enumerate(attendees):
        is_told = {
            Standing.CLIENT: attendee.name is None and attendee.relation is None and attendee.post is None,
            Standing.INFORMAL: attendee.relation is not None,
            Standing.FORMAL: attendee.post is not None and attendee.institution is not None,
        }
        code = {
            Standing.CLIENT: "meeting.client-described",
            Standing.INFORMAL: "meeting.relation-missing",
            Standing.FORMAL: "meeting.post-missing",
        }
        found += failing((is_told[attendee.standing], code[attendee.standing], f"{where}/{place}"))
    return found


def _decision_unmet(decision: Decision, held_on: date, pointer: str) -> list[Unmet]:
    """Every decision has a date and somebody responsible (D3, L6353-6413); dissent is put down (L2943-2953)."""
    with_dissent = decision.support is Support.WITH_DISSENT
    in_time = decision.due_on is None or decision.due_on >= held_on
    return failing(
        (decision.due_on is not None, "decision.due-date-missing", f"{pointer}/due_on"),
        (in_time, "decision.due-before-meeting", f"{pointer}/due_on"),
        (decision.responsible_agency is not None, "decision.responsible-missing", f"{pointer}/responsible_agency"),
        (with_dissent == (decision.dissent is not None), "decision.dissent-unclear", f"{pointer}/dissent"),
    )
