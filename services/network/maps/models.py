"""The table of network maps. A map is one moment's view: it is stored whole and never changed."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.network.base import Base
from services.network.maps.members import Field, Hand, Kind, Member, Movement, Sex, Sketch
from shared.access.models import Scoped
from shared.db.base import Versioned


class NetworkMap(Base, Scoped, Versioned):
    """A dated snapshot of a client's network. Its members are people who are not clients by this record."""

    __tablename__ = "network_map"
    __table_args__ = (
        UniqueConstraint("supersedes"),
        Index("network_map_of_client", "client_id", "drawn_on", "id"),
    )

    case_id: Mapped[UUID | None]
    drawn_on: Mapped[date]
    drawn_by: Mapped[str] = mapped_column(String(16))
    assisted_by: Mapped[str | None] = mapped_column(String(16))
    supersedes: Mapped[UUID | None] = mapped_column(ForeignKey("network_map.id"))
    members: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    ties: Mapped[list[list[int]]] = mapped_column(JSONB)

    def sketch(self) -> Sketch:
        """The map as it was drawn."""
        return Sketch(
            drawn_on=self.drawn_on,
            drawn_by=Hand(self.drawn_by),
            assisted_by=Hand(self.assisted_by) if self.assisted_by else None,
            members=[_member(stored) for stored in self.members],
            ties=[(one, other) for one, other in self.ties],
        )


def _member(stored: dict[str, Any]) -> Member:
    coded = {
        "field": Field(stored["field"]),
        "kind": Kind(stored["kind"]),
        "sex": Sex(stored["sex"]),
        "movement": Movement(stored["movement"]),
    }
    return Member(**{**stored, **coded})
