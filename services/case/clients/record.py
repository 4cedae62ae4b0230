"""What a form becomes: the rows of every table of the record, the same for one person as for a whole register."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.case.clients.models import CATEGORY_OF, SECTIONS, Client, EarlierAssessment, Relation
from services.case.clients.rules import Source
from services.case.clients.schemas import ClientForm, ContactFacts, HealthFacts, SocialFacts
from services.case.identifiers.models import Identifier
from shared.access.categories import Category
from shared.http.schemas import Schema

Rows = dict[type[Any], list[dict[str, Any]]]
"""Tables in the order in which they are filled, each with the columns of its new rows."""

LISTS: dict[str, type[Any]] = {
    "identifiers": Identifier,
    "relations": Relation,
    "earlier_assessments": EarlierAssessment,
}
"""The parts of the record that have any number of rows."""

_EMPTY: dict[str, Schema] = {"contact": ContactFacts(), "social": SocialFacts(), "health": HealthFacts()}


def rows_of(form: ClientForm, client_id: UUID, source: Source) -> Rows:
    """The rows that a form makes: the root, the first version of each section, and the lists."""
    scope = {"owner_agency": source.agency, "client_id": client_id}
    root = {"id": client_id, "category": Category.IDENTITY, "created_at": source.at, "changed_at": source.at}
    return {
        Client: [root | scope],
        **{
            table: [_version(table, getattr(form, part) or _EMPTY[part], source, scope)]
            for part, table in SECTIONS.items()
        },
        Identifier: [Identifier.of(known, source, **scope) for known in form.identity.known()],
        Relation: _listed("relations", form.relations, source, scope),
        EarlierAssessment: _listed("earlier_assessments", form.earlier_assessments, source, scope),
    }


def _version(table: Any, facts: Schema, source: Source, scope: dict[str, Any]) -> dict[str, Any]:
    said = dict(facts)
    return dict(table.first({field: said[field] for field in table.fields()}, source, **scope))


def _listed(part: str, given: Sequence[Schema], source: Source, scope: dict[str, Any]) -> list[dict[str, Any]]:
    common = {"category": CATEGORY_OF[part], "source": source.told()} | scope
    return [common | dict(one) for one in given]
