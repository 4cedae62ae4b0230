"""Tables of the client record. Each kind of personal data stands in one of these columns and nowhere else.

The root holds nothing personal. What it brings together are sections, each a table of versions, and parts that may be
there several times.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, Date, Index, String, and_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from services.case.base import Base
from services.case.identifiers.models import Identifier
from services.case.matching.rules import FullName, contact_keys, identity_keys
from services.case.names.store import letters, name
from services.case.parts.models import EarlierAssessment, Relation
from services.case.versions.models import Part, Section, Version
from services.case.versions.rules import Standing
from shared.access.categories import Category
from shared.access.models import RecordItself
from shared.db.base import Holds, Moment, Versioned, holds
from shared.labels import Language

_LONGEST_KEY = 200
_FOUND_BY_PREFIX = String(_LONGEST_KEY, collation="C")
_BY_ANY: dict[str, Any] = {"postgresql_using": "gin", "postgresql_with": {"fastupdate": "off"}}
"""Each registration looks before it writes: keys go into the index at once, not onto a heap that every look reads."""


def _current(table: str) -> Any:
    """The version of a section that is in force."""
    in_force = f"and_(Client.id == foreign({table}.client_id), {table}.standing == 'current')"
    return relationship(lazy="joined", primaryjoin=in_force, viewonly=True)


def _all_current(table: type[Part]) -> Any:
    """The parts of one kind that are in force, in the order in which they were first recorded."""

    def in_force() -> ColumnElement[bool]:
        current = and_(Client.id == foreign(table.client_id), table.standing == Standing.CURRENT)
        return and_(current, table.is_shown())

    return relationship(lazy="selectin", primaryjoin=in_force, order_by=lambda: table.part_id, viewonly=True)


class Client(Base, RecordItself, Versioned):
    """The person: the root of the shared record, on which everything else about them hangs.

    Whoever is let into any piece of the record is let in to the root, and so finds the piece.
    """

    __tablename__ = "client"
    __table_args__ = (
        CheckConstraint("id = client_id", name="is_its_own_client"),
        Index("client_of_itself", "client_id"),
        Index("client_registered_by", "owner_agency", "id"),
    )

    changed_at: Mapped[datetime] = mapped_column(Moment)

    identity: Mapped["Identity | None"] = _current("Identity")
    contact: Mapped["Contact | None"] = _current("Contact")
    social: Mapped["Social | None"] = _current("Social")
    health: Mapped["Health | None"] = _current("Health")
    identifiers: Mapped[list[Identifier]] = relationship(
        lazy="selectin", order_by=(Identifier.merge_id.nulls_first(), Identifier.id)
    )
    relations: Mapped[list[Relation]] = _all_current(Relation)
    earlier_assessments: Mapped[list[EarlierAssessment]] = _all_current(EarlierAssessment)

    @property
    def scope(self) -> dict[str, Any]:
        """What every part of the record has in common with the root: owner and client."""
        return {"owner_agency": self.owner_agency, "client_id": self.id}

    @property
    def known_by(self) -> list[Identifier]:
        """What the client is known by now, the first recorded first."""
        return [identifier for identifier in self.identifiers if identifier.ended_at is None]

    @property
    def code(self) -> Identifier | None:
        """The personal code by which the client is known now."""
        return next((known for known in self.known_by if known.is_personal_code), None)

    @property
    def personal_code(self) -> str | None:
        """The same as text."""
        return self.code.value if self.code else None

    @property
    def other_identifier(self) -> Identifier | None:
        """The first of the other codes and numbers by which the client is known now."""
        return next((known for known in self.known_by if not known.is_personal_code), None)

    @property
    def sections(self) -> dict[str, Any]:
        """The versions in force of the parts of the record; none where the actor has no ground to see one."""
        return {name: getattr(self, name) for name in SECTIONS}

    def said(self) -> "dict[str, dict[str, Any]]":
        """What the sections in force say that the actor has a ground to see."""
        return {name: section.values for name, section in self.sections.items() if section is not None}

    @property
    def parts(self) -> Iterator[Part]:
        """The parts in force that may be there several times, as far as the actor may see them."""
        return (part for name in PARTS for part in getattr(self, name))

    def in_force(self, version: Version) -> Version | None:
        """The version of the same section or part that is in force."""
        present = getattr(self, version.piece)
        if isinstance(version, Part):
            return next((part for part in present if part.part_id == version.part_id), None)
        return cast(Version | None, present)

    def show(self, version: Version) -> None:
        """Let the record in memory have a new version of a section or part."""
        if isinstance(version, Part):
            parts = sorted([*self._beside(version), version], key=attrgetter("part_id"))
            set_committed_value(self, version.piece, parts)
        else:
            set_committed_value(self, version.piece, version)

    def hide(self, part: Part) -> None:
        """Let the record in memory be without a part that has ended."""
        set_committed_value(self, part.piece, self._beside(part))

    def _beside(self, part: Part) -> list[Part]:
        return [one for one in getattr(self, part.piece) if one.part_id != part.part_id]


class Identity(Section):
    """Who the person is (form A, part 1, teenuse saaja andmed). Codes stand in `client_identifier`."""

    piece = "identity"
    about = Category.IDENTITY
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
            Index("client_by_identity_keys", "match_keys", **_BY_ANY),
        )


class Contact(Section):
    """How the client is reached, in which language and by which channels the client agrees to be."""

    piece = "contact"
    about = Category.CONTACT
    __tablename__ = "client_contact"

    registered_address: Mapped[str | None] = mapped_column(String(200), info=holds(Holds.ADDRESS))
    actual_address: Mapped[str | None] = mapped_column(String(200), info=holds(Holds.ADDRESS))
    residence_municipality: Mapped[str | None] = mapped_column(String(80))
    current_municipality: Mapped[str | None] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(40), info=holds(Holds.PHONE))
    email: Mapped[str | None] = mapped_column(String(254), info=holds(Holds.EMAIL))
    account_number: Mapped[str | None] = mapped_column(String(34), info=holds(Holds.ACCOUNT))
    bank: Mapped[str | None] = mapped_column(String(80))
    preferred_language: Mapped[Language | None] = mapped_column(String(2))
    preferred_channel: Mapped[str | None] = mapped_column(String(12))
    agreed_channels: Mapped[list[str]] = mapped_column(ARRAY(String(12)))
    may_be_contacted: Mapped[bool | None]
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
        return (*super().indexes(), Index("client_by_contact_keys", "match_keys", **_BY_ANY))


class Social(Section):
    """Social facts of form A, part 1."""

    piece = "social"
    about = Category.SOCIAL
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

    piece = "health"
    about = Category.HEALTH
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


_SECTIONS: tuple[type[Section], ...] = (Identity, Contact, Social, Health)
_PARTS: tuple[type[Part], ...] = (Relation, EarlierAssessment)

SECTIONS: dict[str, type[Section]] = {table.piece: table for table in _SECTIONS}
PARTS: dict[str, type[Part]] = {table.piece: table for table in _PARTS}
PIECES: dict[str, type[Version]] = {**SECTIONS, **PARTS}
CATEGORY_OF: dict[str, Category] = {name: table.about for name, table in PIECES.items()}
Client.opened_by = frozenset(CATEGORY_OF.values())
