"""What travels of imports."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from services.case.clients.schemas import ClientForm
from services.case.external_ids.schemas import ExternalIdForm, KeyOfSystem
from services.case.imports import rules
from services.case.imports.models import Import
from services.case.imports.rules import OnExisting, Outcome, State
from services.case.labels import LABELS
from shared.actor import AgencyCode, OfficerId, SystemCode
from shared.http.actions import Action, actions
from shared.http.problems import InvalidField
from shared.http.schemas import Resource, Schema, Word
from shared.labels import Language

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class RegisterRow(ClientForm):
    """One person of a register: form A, part 1, and what the system that the register comes from calls them."""

    external_id: KeyOfSystem | None = Field(default=None, description="The key of the person in the system named.")
    external_ids: list[ExternalIdForm] = Field(
        default_factory=list, description="Of the agency's systems, as an export tells them; passed over by an import."
    )
    client_id: UUID | None = Field(default=None, description="As an export tells it; passed over by an import.")
    registered_by: AgencyCode | None = Field(default=None, description="As an export tells it; passed over.")
    withheld: list[str] = Field(default_factory=list, description="As an export tells it; passed over.")


class ImportForm(Schema):
    """A register that is about to be sent."""

    name: Word = Field(examples=["Clients of 2019 to 2025"])
    system: SystemCode = Field(description="The system that the register comes from.", examples=["STAR"])
    dry_run: bool = Field(default=False, description="Whether rows are only tried, and nothing is written.")
    on_existing: OnExisting = Field(
        default=OnExisting.REPORT,
        description="Whether a row whose `external_id` leads to a record updates it, as far as the row says something.",
    )
    expected_rows: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    digest: Digest | None = Field(default=None, description="SHA-256 of the file, to find its import again by.")


class ImportOut(Resource):
    """An import of the caller's agency: how far it has come, and what became of the rows so far."""

    name: str
    system: str
    dry_run: bool
    on_existing: OnExisting
    expected_rows: int | None
    digest: str | None
    state: State
    next_row: int = Field(description="The number of the row that is to be sent next; the first is 1.")
    counts: dict[Outcome, int]
    officer: OfficerId
    created_at: datetime
    ended_at: datetime | None
    allowed_actions: list[Action]

    @classmethod
    def of(cls, shown: tuple[Import, Language]) -> Self:
        """The import as its reader sees it."""
        row, language = shown
        columns = {name: getattr(row, name) for name in cls.model_fields if name != "allowed_actions"}
        return cls(**columns, allowed_actions=actions(rules.allowed_actions(row.progress), LABELS, language))


class RowOut(Schema):
    """What became of a row. A row that was refused names what is wrong by JSON pointer; no value is repeated."""

    row: int
    outcome: Outcome
    label: str = Field(description="The outcome in words.")
    client_id: UUID | None = Field(description="The record that the row made or met; none if it is closed.")
    errors: list[InvalidField]

    @classmethod
    def of(cls, shown: tuple[Any, UUID | None], language: Language) -> Self:
        """What was kept of the row, and the record that may be named."""
        row, client_id = shown
        label = LABELS.text(f"outcome.{row.outcome}", language)
        return cls(row=row.number, outcome=row.outcome, label=label, client_id=client_id, errors=row.errors)

    @staticmethod
    def headings() -> tuple[str, ...]:
        """What the cells of `lines` are called."""
        return ("row", "outcome", "label", "client_id", "pointer", "code", "detail")

    def lines(self) -> list[tuple[object, ...]]:
        """The same as lines of a table: one for each thing that is wrong, or one where nothing is."""
        wrong = [(error.pointer, error.code, error.detail) for error in self.errors] or [("", "", "")]
        return [(self.row, self.outcome, self.label, self.client_id, *cells) for cells in wrong]


class BatchOut(Schema):
    """What became of the rows of a batch, and which row is to follow."""

    rows: list[RowOut]
    next_row: int
    counts: dict[Outcome, int] = Field(description="Of the whole import so far.")
