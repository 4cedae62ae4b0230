"""Tables of the client record. Each kind of personal data stands in one of these columns and nowhere else."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.case.base import Base
from services.case.clients.rules import age_on
from shared.access.categories import Category
from shared.access.models import Scoped
from shared.db.base import Holds, Moment, Versioned, holds
from shared.ids import new_id


class Client(Base, Scoped, Versioned):
    """The person: identity of form A, part 1 (teenuse saaja andmed), and the root of the shared record."""

    __tablename__ = "client"
    __table_args__ = (
        CheckConstraint("id = client_id", name="is_its_own_client"),
        CheckConstraint("personal_code IS NOT NULL OR other_identifier IS NOT NULL", name="has_identifier"),
        UniqueConstraint("personal_code"),
        UniqueConstraint(
            "other_identifier_kind",
            "other_identifier_country",
            "other_identifier",
            name="uq_client_other_identifier",
        ),
        Index("client_by_name_and_birth", "last_name_key", "date_of_birth"),
    )

    first_name: Mapped[str] = mapped_column(String(200), info=holds(Holds.NAME))
    last_name: Mapped[str] = mapped_column(String(200), info=holds(Holds.NAME))
    last_name_key: Mapped[str] = mapped_column(String(200), info=holds(Holds.NAME))
    personal_code: Mapped[str | None] = mapped_column(String(11), info=holds(Holds.PERSONAL_CODE))
    other_identifier_kind: Mapped[str | None] = mapped_column(String(20))
    other_identifier_country: Mapped[str | None] = mapped_column(String(2))
    other_identifier: Mapped[str | None] = mapped_column(String(80), info=holds(Holds.IDENTIFIER))
    date_of_birth: Mapped[date | None] = mapped_column(Date, info=holds(Holds.BIRTH_DATE))
    citizenship: Mapped[str | None] = mapped_column(String(20))
    document: Mapped[str | None] = mapped_column(String(20))
    document_number: Mapped[str | None] = mapped_column(String(80), info=holds(Holds.IDENTIFIER))
    document_valid_until: Mapped[date | None]
    changed_at: Mapped[datetime] = mapped_column(Moment)

    contact: Mapped["Contact | None"] = relationship(lazy="joined")
    social: Mapped["Social | None"] = relationship(lazy="joined")
    health: Mapped["Health | None"] = relationship(lazy="joined")
    relations: Mapped[list["Relation"]] = relationship(lazy="selectin", order_by="Relation.id")
    earlier_assessments: Mapped[list["EarlierAssessment"]] = relationship(
        lazy="selectin", order_by="EarlierAssessment.id"
    )

    def is_of_age(self, majority: int, today: date) -> bool:
        """Whether the client acts without a legal representative; a client of unknown age is taken to be grown up."""
        return self.date_of_birth is None or age_on(self.date_of_birth, today) >= majority

    @property
    def sections(self) -> dict[str, Any]:
        """The parts of the record that have a table of their own."""
        return {"contact": self.contact, "social": self.social, "health": self.health}


class _Section(Scoped):
    """A part of the record, of one category, one row a client."""

    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"), primary_key=True)


class Contact(Base, _Section):
    """How the client is reached."""

    __tablename__ = "client_contact"

    registered_address: Mapped[str | None] = mapped_column(String(200), info=holds(Holds.ADDRESS))
    actual_address: Mapped[str | None] = mapped_column(String(200), info=holds(Holds.ADDRESS))
    phone: Mapped[str | None] = mapped_column(String(40), info=holds(Holds.PHONE))
    email: Mapped[str | None] = mapped_column(String(254), info=holds(Holds.EMAIL))
    account_number: Mapped[str | None] = mapped_column(String(34), info=holds(Holds.ACCOUNT))
    bank: Mapped[str | None] = mapped_column(String(80))
    preferred_language: Mapped[str] = mapped_column(String(2))
    may_be_contacted: Mapped[bool]


class Social(Base, _Section):
    """Social facts of form A, part 1."""

    __tablename__ = "client_social"

    statuses: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    education: Mapped[str | None] = mapped_column(String(20))
    marital_status: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None]


class Health(Base, _Section):
    """Health facts of form A, part 1: insurance, disability, incapacity for work."""

    __tablename__ = "client_health"
    __table_args__ = (CheckConstraint("incapacity_percent BETWEEN 0 AND 100", name="incapacity_percent"),)

    insured: Mapped[bool | None]
    insured_until: Mapped[date | None]
    disability_degree: Mapped[str | None] = mapped_column(String(20))
    incapacity_percent: Mapped[int | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    note: Mapped[str | None]


class Relation(Base, Scoped):
    """A legal representative or a family member who lives with the client. Not a client: a person named by one."""

    __tablename__ = "client_relation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(200))
    relation: Mapped[str] = mapped_column(String(80))
    note: Mapped[str | None]


class EarlierAssessment(Base, Scoped):
    """That somebody assessed the client before: what kind, when, valid until when."""

    __tablename__ = "earlier_assessment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    made_on: Mapped[date | None]
    valid_until: Mapped[date | None]


SECTIONS: dict[str, type[Contact] | type[Social] | type[Health]] = {
    "contact": Contact,
    "social": Social,
    "health": Health,
}
CATEGORY_OF = {
    "contact": Category.CONTACT,
    "social": Category.SOCIAL,
    "health": Category.HEALTH,
    "relations": Category.SOCIAL,
    "earlier_assessments": Category.NEEDS,
}
