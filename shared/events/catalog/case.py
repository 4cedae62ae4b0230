"""What the case service tells: the record, cases, tasks, grants and the rights of the person."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.access.categories import Category, Ground
from shared.events.envelope import Event

ServiceNature = Literal["voluntary", "mandatory", "enforcement"]


class ClientRegistered(Event):
    """A person got a record."""

    kind: ClassVar[str] = "case.client.registered"
    client_id: UUID


class ClientChanged(Event):
    """Sections of a person's record changed; the names of the fields, never their values."""

    kind: ClassVar[str] = "case.client.changed"
    client_id: UUID
    fields: list[str]


class CaseOpened(Event):
    """An agency opened a case with a person."""

    kind: ClassVar[str] = "case.case.opened"
    client_id: UUID
    case_id: UUID


class InitialDecisionMade(Event):
    """The case manager decided what follows the initial assessment (form A, 6.2)."""

    kind: ClassVar[str] = "case.case.decided"
    client_id: UUID
    case_id: UUID
    decision: str


class ContactNoted(Event):
    """Somebody served the person: a service contact, after which feedback may be asked."""

    kind: ClassVar[str] = "case.case.contact-noted"
    client_id: UUID
    case_id: UUID
    contact_id: UUID
    agency: str
    service: str
    nature: ServiceNature
    occurred_at: datetime


class TaskAdded(Event):
    """A task with a due date stands on a case."""

    kind: ClassVar[str] = "case.task.added"
    client_id: UUID
    case_id: UUID
    task_id: UUID
    due_on: date


class GrantOpened(Event):
    """An agency may see categories of a person's data."""

    kind: ClassVar[str] = "case.grant.opened"
    client_id: UUID
    grant_id: UUID
    grantee: str
    source_agency: str | None = None
    categories: list[Category]
    ground: Ground
    legal_code: str | None = None
    hidden_until: datetime | None = None
    valid_from: datetime
    valid_until: datetime | None = None


class GrantClosed(Event):
    """A grant ended: every service closes the door and says when it did."""

    kind: ClassVar[str] = "case.grant.closed"
    client_id: UUID
    grant_id: UUID


class MergeMade(Event):
    """The record of one person was merged into another's: what hangs on the one names the other from now on."""

    kind: ClassVar[str] = "case.merge.made"
    outlives_erasure: ClassVar[bool] = True
    client_id: UUID
    merge_id: UUID
    survivor_id: UUID
    merged_id: UUID


class MergeUndone(Event):
    """A merge was undone: what it brought returns to the merged record, and so does what was since made on `cases`."""

    kind: ClassVar[str] = "case.merge.undone"
    outlives_erasure: ClassVar[bool] = True
    client_id: UUID
    merge_id: UUID
    survivor_id: UUID
    merged_id: UUID
    made_at: datetime
    cases: list[UUID]


class RestrictionDecided(Event):
    """Which officers (`agency/officer`) alone may see a person's data, and until when.

    Each decision takes the place of the one before; one that is lifted is over when it is decided.
    """

    kind: ClassVar[str] = "case.restriction.decided"
    client_id: UUID
    restriction_id: UUID
    named: list[str]
    valid_from: datetime
    valid_until: datetime
    decided_at: datetime


class RectificationAsked(Event):
    """Somebody says that the record is wrong; an answer is due."""

    kind: ClassVar[str] = "case.rectification.asked"
    client_id: UUID
    rectification_id: UUID
    due_on: date


class RectificationAnswered(Event):
    """A request to put the record right was answered."""

    kind: ClassVar[str] = "case.rectification.answered"
    client_id: UUID
    rectification_id: UUID
    outcome: Literal["accepted", "partly", "declined"]


class ErasureOrdered(Event):
    """What is held of a person is to be erased: everything, or one agency's rows, or some categories.

    `merged` are the clients whose records were merged into the person's when it was ordered.
    """

    kind: ClassVar[str] = "case.erasure.ordered"
    outlives_erasure: ClassVar[bool] = True
    client_id: UUID
    order_id: UUID
    agency: str | None = None
    categories: list[Category] | None = None
    merged: tuple[UUID, ...] = ()


EVENTS: tuple[type[Event], ...] = (
    ClientRegistered,
    ClientChanged,
    CaseOpened,
    InitialDecisionMade,
    ContactNoted,
    TaskAdded,
    GrantOpened,
    GrantClosed,
    MergeMade,
    MergeUndone,
    RestrictionDecided,
    RectificationAsked,
    RectificationAnswered,
    ErasureOrdered,
)
