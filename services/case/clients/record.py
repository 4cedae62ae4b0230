"""What a form becomes: the rows of every table of the record, the same for one person as for a whole register."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.case.clients.models import PARTS, SECTIONS, Client
from services.case.clients.schemas import ClientForm, ContactFacts, HealthFacts, SocialFacts
from services.case.identifiers.models import Identifier
from services.case.versions.models import Part, Section
from services.case.versions.rules import Source
from shared.access.categories import Category
from shared.http.schemas import Schema

Rows = dict[type[Any], list[dict[str, Any]]]
"""Tables in the order in which they are filled, each with the columns of its new rows."""

_EMPTY: dict[str, Schema] = {"contact": ContactFacts(), "social": SocialFacts(), "health": HealthFacts()}


def rows_of(form: ClientForm, client_id: UUID, source: Source) -> Rows:
    """The rows that a form makes: the root, its identifiers, and the first version of each section and part."""
    scope = {"owner_agency": source.agency, "client_id": client_id}
    root = {"id": client_id, "category": Category.IDENTITY, "created_at": source.at, "changed_at": source.at}
    return {
        Client: [root | scope],
        **{
            table: [_version(table, getattr(form, part) or _EMPTY[part], source, scope)]
            for part, table in SECTIONS.items()
        },
        Identifier: [Identifier.of(known, source, **scope) for known in form.identity.known()],
        **{table: _parts(table, getattr(form, part), source, scope) for part, table in PARTS.items()},
    }


def _version(table: type[Section], facts: Schema, source: Source, scope: dict[str, Any]) -> dict[str, Any]:
    said = vars(facts)
    return table.first({field: said[field] for field in table.fields()}, source, **scope)


def _parts(table: type[Part], given: Sequence[Schema], source: Source, scope: dict[str, Any]) -> list[dict[str, Any]]:
    return [table.first(vars(facts), source, **scope) for facts in given]
