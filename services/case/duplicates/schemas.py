"""What travels of likely duplicates: two records beside each other, as far as the actor may see either."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from services.case.duplicates.models import DuplicatePair, DuplicateScan
from services.case.duplicates.rules import Closeness, Difference, PairState, Phase, not_dismissible
from services.case.labels import LABELS
from shared.actor import AgencyCode
from shared.http.actions import Action, actions
from shared.http.routing import API
from shared.http.schemas import Resource, Schema
from shared.labels import Language


class ReasonOut(Schema):
    """What two records have in common, or what speaks against their being one person's."""

    code: str
    detail: str


class Seen(Schema):
    """A value of one side; where the actor has no ground to see it, what is shown of anybody, or nothing."""

    value: str | bool | list[str] | None
    visible: bool


class FieldOut(Schema):
    """One field of both records."""

    field: str = Field(examples=["identity.last_name"])
    values: list[Seen] = Field(description="Of the sides, in their order.")
    closeness: Closeness | None = Field(
        description="Null where a value is missing, or where it would tell what is not visible."
    )


class SideOut(Schema):
    """One of the two records."""

    client_id: UUID
    registered_by: AgencyCode | None = Field(description="Null where the actor has no ground to see the record.")
    client: str = Field(description="Where the record is read, with a ground.")


class DismissalOut(Schema):
    """Who said that they are two people, when, and why."""

    because: Difference
    by: str
    agency: AgencyCode
    at: datetime


class DismissalForm(Schema):
    """By what the two are known to be two people."""

    because: Difference


@dataclass(frozen=True, slots=True)
class Beside:
    """A pair with its records beside each other."""

    pair: DuplicatePair
    owners: Sequence[str | None]
    fields: Sequence[FieldOut]
    language: Language


class DuplicateOut(Resource):
    """Two records that may be about one person."""

    score: int
    state: PairState
    reasons: list[ReasonOut]
    found_at: datetime
    said_distinct: Difference | None = Field(description="What whoever registered one gave as the difference.")
    dismissal: DismissalOut | None
    sides: list[SideOut]
    fields: list[FieldOut]
    merge_preview: str = Field(description="Where a merge is prepared; either of the two may stay.")
    allowed_actions: list[Action]

    @classmethod
    def of(cls, beside: Beside) -> Self:
        """The pair as it travels."""
        pair, language = beside.pair, beside.language
        sides = zip(pair.ids, beside.owners, strict=True)
        return cls(
            id=pair.id,
            version=pair.version,
            score=pair.score,
            state=pair.state,
            reasons=[ReasonOut(code=code, detail=LABELS.text(code, language)) for code in pair.reasons],
            found_at=pair.found_at,
            said_distinct=pair.said_distinct,
            dismissal=_dismissal(pair),
            sides=[
                SideOut(client_id=client_id, registered_by=owner, client=f"{API}/clients/{client_id}")
                for client_id, owner in sides
            ],
            fields=list(beside.fields),
            merge_preview=f"{API}/merges/preview?survivor_id={pair.first_id}&merged_id={pair.second_id}",
            allowed_actions=actions({"dismiss": not_dismissible(pair.state)}, LABELS, language),
        )


class ScanOut(Resource):
    """A pass over the whole register: `looked_at` of `total` in this phase, and how many pairs were new."""

    started_by: str
    started_agency: AgencyCode
    created_at: datetime
    phase: Phase
    total: int
    looked_at: int
    found: int
    finished_at: datetime | None

    @classmethod
    def of(cls, row: DuplicateScan) -> Self:
        """The scan as it travels."""
        return cls.model_validate(row)


def _dismissal(pair: DuplicatePair) -> DismissalOut | None:
    if pair.because is None:
        return None
    said: Mapping[str, Any] = {"by": pair.dismissed_by, "agency": pair.dismissed_agency, "at": pair.dismissed_at}
    return DismissalOut.model_validate({"because": pair.because, **said})
