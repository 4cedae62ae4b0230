"""What travels of merges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from services.case.labels import LABELS
from services.case.merges.models import Merge, MergeReceipt
from services.case.merges.rules import Facts, Side
from shared.actor import AgencyCode
from shared.events.catalog.each_service import FOLLOWERS
from shared.http.actions import Action, actions
from shared.http.schemas import LongText, Resource, Schema
from shared.labels import Language
from shared.rules import Unmet

SERVICES = ("case", *FOLLOWERS)


class Pair(Schema):
    """The record that stays, and the one that is merged into it."""

    survivor_id: UUID
    merged_id: UUID


class MergeForm(Pair):
    """What to merge, in the versions that were looked at, and which value to take where the two differ."""

    reason: LongText = Field(examples=["The same person, registered first with a temporary number."])
    survivor_version: int
    merged_version: int
    choices: dict[str, Side] = Field(
        default={},
        max_length=100,
        description="JSON pointer of a field, and whose value stands from now on; the survivor's where none is named. "
        "The date of birth is the one that the personal code tells, if either has one.",
        examples=[{"/contact/phone": "merged"}],
    )


class ReversalForm(Schema):
    """Why a merge is undone."""

    reason: LongText


class ComparedField(Schema):
    """One field of both records."""

    pointer: str = Field(examples=["/contact/phone"])
    survivor: Any
    merged: Any
    same: bool

    @classmethod
    def of(cls, pointer: str, survivor: Facts, merged: Facts) -> Self:
        """The field as both records have it."""
        one, other = survivor.values[pointer], merged.values[pointer]
        return cls(pointer=pointer, survivor=one, merged=other, same=one == other)


class Hanging(Schema):
    """How many rows of a kind hang on each of the two in this service, as far as the agency may see them."""

    kind: str = Field(examples=["case"])
    survivor: int
    merged: int


class Warned(Schema):
    """Something that speaks for looking twice."""

    code: str
    detail: str


class MergePreview(Pair):
    """Both records side by side, before anything is done."""

    survivor_version: int
    merged_version: int
    fields: list[ComparedField]
    withheld: list[str] = Field(description="Sections that the agency does not see of both; no choice can be made.")
    hanging: list[Hanging]
    warnings: list[Warned]


class Applied(Schema):
    """When a service had carried out the change and how many rows it moved; null while it has not said so."""

    service: str
    applied_at: datetime | None
    moved: int | None


class Stays(Schema):
    """What was made since the merge and stays with the survivor."""

    service: str
    kind: str
    rows: int


class Reversal(Schema):
    """That a merge was undone."""

    agency: AgencyCode
    officer: str
    at: datetime
    reason: str
    complete: bool
    services: list[Applied]
    stays: list[Stays]


class MergeOut(Resource):
    """A merge, how far the services have carried it out, and whether it was undone."""

    survivor_id: UUID
    merged_id: UUID
    agency: AgencyCode
    officer: str
    made_at: datetime
    reason: str
    choices: dict[str, Side]
    complete: bool
    services: list[Applied]
    reversal: Reversal | None
    allowed_actions: list[Action]

    @classmethod
    def of(cls, view: "View") -> Self:
        """The merge with its receipts and what may be done next."""
        merge = view.merge
        made = _applied(view.receipts, "made")
        return cls(
            id=merge.id,
            version=merge.version,
            survivor_id=merge.survivor_id,
            merged_id=merge.merged_id,
            agency=merge.owner_agency,
            officer=merge.made_by,
            made_at=merge.created_at,
            reason=merge.reason,
            choices=merge.choices,
            complete=_complete(made),
            services=made,
            reversal=_reversal(view),
            allowed_actions=actions({"reversal": view.reversal_unmet}, LABELS, view.language),
        )


@dataclass(frozen=True, slots=True)
class View:
    """A merge, what the services said of it, and what keeps it from being undone."""

    merge: Merge
    receipts: Sequence[MergeReceipt]
    reversal_unmet: Sequence[Unmet]
    language: Language

    @property
    def complete(self) -> bool:
        """Whether every service has carried out what was last done."""
        return _complete(_applied(self.receipts, "made" if self.merge.undone_at is None else "undone"))


def _reversal(view: View) -> Reversal | None:
    merge = view.merge
    if merge.undone_at is None:
        return None
    undone = _applied(view.receipts, "undone")
    said = [receipt for receipt in view.receipts if receipt.change == "undone"]
    left = ((one.service, *what) for one in said for what in sorted(one.stays.items()))
    stays = [Stays(service=service, kind=kind, rows=rows) for service, kind, rows in left]
    by = {"agency": merge.undone_in, "officer": merge.undone_by, "at": merge.undone_at, "reason": merge.undone_because}
    return Reversal.model_validate({**by, "complete": _complete(undone), "services": undone, "stays": stays})


def _applied(receipts: Sequence[MergeReceipt], change: str) -> list[Applied]:
    said: Mapping[str, MergeReceipt] = {one.service: one for one in receipts if one.change == change}
    return [
        Applied(
            service=name,
            applied_at=said[name].applied_at if name in said else None,
            moved=said[name].moved if name in said else None,
        )
        for name in SERVICES
    ]


def _complete(applied: Sequence[Applied]) -> bool:
    return all(one.applied_at for one in applied)
