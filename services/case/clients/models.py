"""Tables of the client record. Each kind of personal data stands in one of these columns and nowhere else.

The root holds nothing personal. Each section is a table of versions: one row is current, the former ones are its
history, and what somebody asked to have put right stands beside them as proposed.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Self
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, inspect, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from services.case.base import Base
from services.case.clients.rules import Source, Standing, age_on
from services.case.identifiers.models import Identifier
from services.case.matching.rules import FullName, contact_keys, identity_keys
from services.case.names.store import letters, name
from shared.access.categories import Category
from shared.access.models import RecordItself, Scoped
from shared.db.base import Holds, Moment, Versioned, holds
from shared.ids import new_id

_LONGEST_KEY = 200
_FOUND_BY_PREFIX = String(_LONGEST_KEY, collation="C")


def _current(section: str) -> Any:
    """The version of a section that is in force."""
    joined = f"and_(Client.id == foreign({section}.client_id), {section}.standing == 'current')"
    return relationship(lazy="joined", primaryjoin=joined, viewonly=True)


class Client(Base, RecordItself, Versioned):
    """The person: the root of the shared record, on which everything else about them hangs."""

    __tablename__ = "client"
    __table_args__ = (
        CheckConstraint("id = client_id", name="is_its_own_client"),
        Index("client_of_itself", "client_id"),
    )

    changed_at: Mapped[datetime] = mapped_column(Moment)

    identity: Mapped["Identity"] = _current("Identity")
    contact: Mapped["Contact | None"] = _current("Contact")
    social: Mapped["Social | None"] = _current("Social")
    health: Mapped["Health | None"] = _current("Health")
    identifiers: Mapped[list[Identifier]] = relationship(
        lazy="selectin", order_by=(Identifier.merge_id.nulls_first(), Identifier.id)
    )
    relations: Mapped[list["Relation"]] = relationship(
        lazy="selectin", order_by="Relation.id", foreign_keys="Relation.client_id"
    )
    earlier_assessments: Mapped[list["EarlierAssessment"]] = relationship(
        lazy="selectin", order_by="EarlierAssessment.id"
    )

    def is_of_age(self, majority: int, today: date) -> bool:
        """Whether the client acts without a legal representative; a client of unknown age is taken to be grown up."""
        born = self.identity.date_of_birth
        return born is None or age_on(born, today) >= majority

    @property
    def scope(self) -> dict[str, Any]:
        """What every part of the record has in common with the root: owner and client."""
        return {"owner_agency": self.owner_agency, "client_id": self.id}

    @property
    def personal_code(self) -> str | None:
        """The personal code by which the client is known now."""
        codes = (known.value for known in self.identifiers if known.is_personal_code and known.ended_at is None)
        return next(codes, None)

    @property
    def sections(self) -> dict[str, Any]:
        """The versions in force of the parts of the record; none where the actor has no ground to see one."""
        return {name: getattr(self, name) for name in SECTIONS}

    def show(self, version: "Section") -> None:
        """Let the record in memory have a new version of a section."""
        set_committed_value(self, version.name, version)


class Section(Base, RecordItself):
    """One version of a part of the record: what it says, since when, and where each value came from.

    `changed` names the fields in which it differs from the version before; `provenance` tells of every field
    which agency, officer and system gave its value and when.
    """

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    standing: Mapped[Standing] = mapped_column(String(8))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    superseded_at: Mapped[datetime | None] = mapped_column(Moment)
    changed: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    provenance: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSONB)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return cls.indexes()

    @classmethod
    def indexes(cls) -> tuple[Any, ...]:
        """One current version a client, and the versions of a client in order."""
        table = cls.__tablename__
        return (
            Index(f"uq_{table}_current", "client_id", unique=True, postgresql_where=text("standing = 'current'")),
            Index(f"{table}_of_client", "client_id", "id"),
        )

    @classmethod
    @cache
    def fields(cls) -> tuple[str, ...]:
        """The columns that say something of the client."""
        said = (column for column in inspect(cls).columns if column.key not in _BOOKKEEPING)
        return tuple(column.key for column in said if "derived" not in column.info)

    @property
    def name(self) -> str:
        """What the section is called on the record."""
        return SECTION_OF[type(self)]

    @property
    def values(self) -> dict[str, Any]:
        """What the version says, field by field."""
        return {field: getattr(self, field) for field in self.fields()}

    @classmethod
    def derived(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Columns that follow from what a version says, so that it is found."""
        return {}

    @classmethod
    def first(cls, values: Mapping[str, Any], source: Source, **scope: Any) -> dict[str, Any]:
        """The columns of a section's first version; a field without a value came from nobody."""
        filled = [field for field in cls.fields() if values.get(field) not in (None, [])]
        return {
            "id": new_id(),
            "category": CATEGORY_OF[SECTION_OF[cls]],
            "standing": Standing.CURRENT,
            "recorded_at": source.at,
            "changed": filled,
            "provenance": dict.fromkeys(filled, source.told()),
            **scope,
            **values,
            **cls.derived(values),
        }

    def revised(self, values: Mapping[str, Any], source: Source, standing: Standing = Standing.CURRENT) -> Self | None:
        """The version that follows when these values are given; none when they change nothing."""
        changed = [field for field, value in values.items() if getattr(self, field) != value]
        if not changed:
            return None
        said = self.values | dict(values)
        return type(self)(
            id=new_id(),
            owner_agency=self.owner_agency,
            client_id=self.client_id,
            category=self.category,
            standing=standing,
            recorded_at=source.at,
            changed=changed,
            provenance=self.provenance | dict.fromkeys(changed, source.told()),
            made_as="change",
            **said,
            **self.derived(said),
        )

    def supersede(self, at: datetime) -> None:
        """Another version is in force from now on."""
        self.standing, self.superseded_at = Standing.FORMER, at


class Identity(Section):
    """Who the person is (form A, part 1, teenuse saaja andmed). Codes stand in `client_identifier`."""

    __tablename__ = "client_identity"

    first_name: Mapped[str] = mapped_column(String(200), info=holds(Holds.NAME))
    last_name: Mapped[str] = mapped_column(String(200), info=holds(Holds.NAME))
    first_name_key: Mapped[str] = mapped_column(_FOUND_BY_PREFIX, info=holds(Holds.NAME) | {"derived": True})
    last_name_key: Mapped[str] = mapped_column(_FOUND_BY_PREFIX, info=holds(Holds.NAME) | {"derived": True})
    match_keys: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger), info=holds(Holds.NAME, Holds.BIRTH_DATE, Holds.IDENTIFIER) | {"derived": True}
    )
    date_of_birth: Mapped[date | None] = mapped_column(Date, info=holds(Holds.BIRTH_DATE))
    legal_capacity: Mapped[str | None] = mapped_column(String(20))
    citizenship: Mapped[str | None] = mapped_column(String(20))
    citizenship_note: Mapped[str | None] = mapped_column(String(200))
    document: Mapped[str | None] = mapped_column(String(20))
    document_note: Mapped[str | None] = mapped_column(String(200))
    document_number: Mapped[str | None] = mapped_column(String(80), info=holds(Holds.IDENTIFIER))
    document_valid_until: Mapped[date | None]

    @classmethod
    def derived(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The bare letters of the names, and the keys by which whoever is like the person is found."""
        first_name, last_name = values["first_name"], values["last_name"]
        names = FullName(name(first_name), name(last_name))
        return {
            "first_name_key": letters(first_name)[:_LONGEST_KEY],
            "last_name_key": letters(last_name)[:_LONGEST_KEY],
            "match_keys": identity_keys(names, values.get("date_of_birth"), values.get("document_number")),
        }

    @classmethod
    def indexes(cls) -> tuple[Any, ...]:
        """Also by the first letters of the family name, and by keys; former names lead to the client too."""
        return (
            *super().indexes(),
            Index("client_by_name_and_birth", "last_name_key", "date_of_birth"),
            Index("client_by_both_names", "last_name_key", "first_name_key"),
            Index("client_by_identity_keys", "match_keys", postgresql_using="gin"),
        )


class Contact(Section):
    """How the client is reached, in which language and by which channels the client agrees to be."""

    __tablename__ = "client_contact"

    registered_address: Mapped[str | None] = mapped_column(String(200), info=holds(Holds.ADDRESS))
    actual_address: Mapped[str | None] = mapped_column(String(200), info=holds(Holds.ADDRESS))
    residence_municipality: Mapped[str | None] = mapped_column(String(80))
    current_municipality: Mapped[str | None] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(40), info=holds(Holds.PHONE))
    email: Mapped[str | None] = mapped_column(String(254), info=holds(Holds.EMAIL))
    account_number: Mapped[str | None] = mapped_column(String(34), info=holds(Holds.ACCOUNT))
    bank: Mapped[str | None] = mapped_column(String(80))
    preferred_language: Mapped[str] = mapped_column(String(2))
    preferred_channel: Mapped[str | None] = mapped_column(String(12))
    agreed_channels: Mapped[list[str]] = mapped_column(ARRAY(String(12)))
    may_be_contacted: Mapped[bool]
    match_keys: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger), info=holds(Holds.PHONE, Holds.EMAIL) | {"derived": True}
    )

    @classmethod
    def derived(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The keys by which a phone or an e-mail address is found."""
        return {"match_keys": contact_keys(values.get("phone"), values.get("email"))}

    @classmethod
    def indexes(cls) -> tuple[Any, ...]:
        """Also by keys."""
        return (*super().indexes(), Index("client_by_contact_keys", "match_keys", postgresql_using="gin"))


class Social(Section):
    """Social facts of form A, part 1."""

    __tablename__ = "client_social"

    statuses: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    statuses_note: Mapped[str | None] = mapped_column(String(200))
    education: Mapped[str | None] = mapped_column(String(20))
    education_note: Mapped[str | None] = mapped_column(String(200))
    marital_status: Mapped[str | None] = mapped_column(String(20))
    marital_status_note: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None]


class Health(Section):
    """Health facts of form A, part 1: insurance, disability, incapacity for work, each with its period."""

    __tablename__ = "client_health"

    insured: Mapped[bool | None]
    insured_note: Mapped[str | None] = mapped_column(String(200))
    insured_from: Mapped[date | None]
    insured_until: Mapped[date | None]
    disability_degree: Mapped[str | None] = mapped_column(String(20))
    disability_note: Mapped[str | None] = mapped_column(String(200))
    incapacity_percent: Mapped[int | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    note: Mapped[str | None]

    @classmethod
    def indexes(cls) -> tuple[Any, ...]:
        """Also the bounds of a percentage."""
        bounds = CheckConstraint("incapacity_percent BETWEEN 0 AND 100", name="incapacity_percent")
        return (*super().indexes(), bounds)


class Relation(Base, Scoped):
    """A legal representative, or family that lives with the client: another client, or somebody named by this one."""

    __tablename__ = "client_relation"
    __table_args__ = (
        CheckConstraint("num_nonnulls(name, related_client_id) = 1", name="names_one_person"),
        CheckConstraint("basis IS NULL OR kind = 'legal_representative'", name="only_representatives_have_basis"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    basis: Mapped[str | None] = mapped_column(String(24))
    name: Mapped[str | None] = mapped_column(String(200))
    related_client_id: Mapped[UUID | None] = mapped_column(ForeignKey("client.id"), index=True)
    relation: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    note: Mapped[str | None]
    source: Mapped[dict[str, Any]] = mapped_column(JSONB)


class EarlierAssessment(Base, Scoped):
    """That somebody assessed the client before: what kind, when, valid until when."""

    __tablename__ = "earlier_assessment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    made_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[dict[str, Any]] = mapped_column(JSONB)


SECTIONS: dict[str, type[Section]] = {"identity": Identity, "contact": Contact, "social": Social, "health": Health}
SECTION_OF: dict[type[Section], str] = {table: name for name, table in SECTIONS.items()}
CATEGORY_OF = {
    "identity": Category.IDENTITY,
    "contact": Category.CONTACT,
    "social": Category.SOCIAL,
    "health": Category.HEALTH,
    "relations": Category.SOCIAL,
    "earlier_assessments": Category.NEEDS,
}
_BOOKKEEPING = frozenset(
    {"id", "client_id", "owner_agency", "category", "standing", "recorded_at", "superseded_at", "changed", "provenance"}
)
