"""What travels of relations and earlier assessments beside the record itself."""

from datetime import date
from typing import Self
from uuid import UUID

from services.case.clients.models import Relation
from services.case.clients.rules import PartEnd, RelationKind, RepresentationBasis
from services.case.clients.schemas import EarlierAssessmentOut, Names, RelationOut
from services.case.provenance.schemas import SourceOut
from shared.http.schemas import Schema, Shown


class Ending(Schema):
    """Why something is no longer on the record."""

    reason: PartEnd


class EndOut(SourceOut):
    """Why something is no longer on the record, and who said so."""

    reason: PartEnd


class RelationListed(RelationOut):
    """A relation that is or was on the record."""

    ended: EndOut | None

    @classmethod
    def of(cls, row: Relation, names: Names) -> Self:
        """A relation, with what the clients whom relations name are called."""
        return cls(**RelationOut.of(row, names).model_dump(), ended=row.ended)


class EarlierAssessmentListed(EarlierAssessmentOut, Shown):
    """An earlier assessment that is or was on the record."""

    ended: EndOut | None


class InverseRelation(Schema):
    """A relation on another client's record that names this client."""

    id: UUID
    client_id: UUID
    name: str | None
    name_is_masked: bool
    kind: RelationKind
    basis: RepresentationBasis | None
    relation: str
    valid_from: date | None
    valid_until: date | None

    @classmethod
    def of(cls, row: Relation, names: Names) -> Self:
        """The relation, with what the client on whose record it stands is called."""
        name, is_masked = names.get(row.client_id, (None, True))
        facts = {field: getattr(row, field) for field in ("kind", "basis", "relation", "valid_from", "valid_until")}
        return cls(id=row.part_id, client_id=row.client_id, name=name, name_is_masked=is_masked, **facts)
