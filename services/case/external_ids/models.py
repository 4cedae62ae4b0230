"""The table of external ids."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.case.base import Base
from shared.access.models import Scoped
from shared.db.base import Holds, Moment, holds
from shared.ids import new_id


class ExternalId(Base, Scoped):
    """The key by which one system of an agency knows the client; of no meaning to other agencies."""

    __tablename__ = "external_id"
    for_its_agency_alone = True
    __table_args__ = (UniqueConstraint("owner_agency", "system", "value", name="uq_external_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"), index=True)
    system: Mapped[str] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(String(80), info=holds(Holds.IDENTIFIER))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
