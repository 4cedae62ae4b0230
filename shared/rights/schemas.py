"""What travels of what a service holds of a client."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.access.categories import Category
from shared.actor import AgencyCode
from shared.http.schemas import Schema


class Part(Schema):
    """A row that hangs on another one."""

    table: str
    values: dict[str, Any]
    parts: list["Part"]


class Held(Part):
    """A row that a service holds of a client: whose it is, of what kind, and what it says.

    `withheld` names what is told to nobody but the agency itself, as it is of somebody else (GDPR art. 15(4)).
    `merged_record` is the id of the record, merged into the client's, on which the row stood: it is former data.
    """

    category: Category
    agency: AgencyCode
    withheld: list[str]
    merged_record: UUID | None


class TableWords(Schema):
    """What a table, its fields and the coded values met in each of them are called in the language asked for."""

    title: str
    fields: dict[str, str]
    values: dict[str, dict[str, str]]


class Counted(Schema):
    """Whose rows are counted: some clients' rows of one agency, of some categories."""

    clients: list[UUID]
    agency: AgencyCode
    categories: list[Category]


class Owned(Schema):
    """That an agency owns rows of a client in one category; `newest` is when the last was made, where rows tell."""

    client_id: UUID
    agency: AgencyCode
    category: Category
    newest: datetime | None


class HoldingsPage(Schema):
    """A part of what a service holds of a client; `next` is the cursor of the part that follows, null at the end."""

    items: list[Held]
    words: dict[str, TableWords]
    next: str | None
