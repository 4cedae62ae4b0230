"""Tables of the client record. Each kind of personal data stands in one of these columns and nowhere else.

The root holds nothing personal. Each section is a table of versions: one row is current, the former ones are its
history, and what somebody asked to have put right stands beside them as proposed. A part that may be there several
times (a relation, an earlier assessment) is kept the same way, with one current row a part.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, Self, cast
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
_BY_ANY: dict[str, Any] = {"postgresql_using": "gin", "postgresql_with": {"fastupdate": "off"}}
"""Each registration looks before it writes: keys go into the index at once, not onto a heap that every look reads."""


def _current(table: str) -> Any:
    """The version of a section that is in force."""
    return relationship(lazy="joined", primaryjoin=_in_force(table), viewonly=True)


def _all_current(table: str) -> Any:
    """The parts of one kind that are in force, in the order in which they were first recorded."""
    return relationship(lazy="selectin", primaryjoin=_in_force(table), order_by=f"{table}.part_id", viewonly=True)


def _in_force(table: str) -> str:
    return f"and_(Client.id == foreign({table}.client_id), {table}.standing == 'current')"


class Client(Base, RecordItself, Versioned):
    """The person: the root of the shared record, on which everything else about them hangs."""

    __tablename__ = "client"
    __table_args__ = (
        CheckConstraint("id = client_id", name="is_its_own_client"),
        Index("client_of_itself", "client_id"),
        Index("client_registered_by", "owner_agency", "id"),
    )

    changed_at: Mapped[datetime] = mapped_column(Moment)

    identity: Mapped["Identity"] = _current("Identity")
    contact: Mapped["Contact | None"] = _current("Contact")
    social: Mapped["Social | None"] = _current("Social")
    health: Mapped["Health | None"] = _current("Health")
    identifiers: Mapped[list[Identifier]] = relationship(
        lazy="selectin", order_by=(Identifier.merge_id.nulls_first(), Identifier.id)
    )
    relations: Mapped[list["Relation"]] = _all_current("Relation")
    earlier_assessments: Mapped[list["EarlierAssessment"]] = _all_current("EarlierAssessment")

    def is_of_age(self, majority: int, today: date) -> bool:
        """Whether the client acts without a legal representative; a client of unknown age is taken to be grown up."""
        born = self.identity.date_of_birth
        return born is None or age_on(born, today) >= majority

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

    @property
    def parts(self) -> "Iterator[Part]":
        """The parts in force that may be there several times, as far as the actor may see them."""
        return (part for name in PARTS for part in getattr(self, name))

    def in_force(self, version: "Version") -> "Version | None":
        """The version of the same section or part that is in force."""
        present = getattr(self, version.piece)
        if isinstance(version, Part):
            return next((part for part in present if part.part_id == version.part_id), None)
        return cast("Version | None", present)

    def show(self, version: "Version") -> None:
        """Let the record in memory have a new version of a section or part."""
        if isinstance(version, Part):
            parts = sorted([*self._beside(version), version], key=attrgetter("part_id"))
            set_committed_value(self, version.piece, parts)
        else:
            set_committed_value(self, version.piece, version)

    def hide(self, part: "Part") -> None:
        """Let the record in memory be without a part that has ended."""
        set_committed_value(self, part.piece, self._beside(part))

    def _beside(self, part: "Part") -> "list[Part]":
        return [one for one in getattr(self, part.piece) if one.part_id != part.part_id]


class Version(Base, Scoped):
    """One version of a piece of the record: what it says, since when, and where each value came from.

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
        """The versions of a client in order."""
        return (Index(f"{cls.__tablename__}_of_client", "client_id", "recorded_at", "id"),)

    @classmethod
    @cache
    def fields(cls) -> tuple[str, ...]:
        """The columns that say something of the client."""
        said = (column for column in inspect(cls).columns if column.key not in _BOOKKEEPING)
        return tuple(column.key for column in said if "derived" not in column.info)

    @property
    def piece(self) -> str:
        """What the section is called on the record, or the list in which the part stands."""
        return PIECE_OF[type(self)]

    @property
    def scope(self) -> dict[str, Any]:
        """What every version of the same piece has in common."""
        return {"owner_agency": self.owner_agency, "client_id": self.client_id}

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
        """The columns of the first version; a field without a value came from nobody."""
        filled = [field for field in cls.fields() if (value := values.get(field)) is not None and value != []]
        return {
            "id": new_id(),
            "category": CATEGORY_OF[PIECE_OF[cls]],
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
            category=self.category,
            standing=standing,
            recorded_at=source.at,
            changed=changed,
            provenance=self.provenance | dict.fromkeys(changed, source.told()),
            made_as="change",
            **self.scope,
            **said,
            **self.derived(said),
        )

    def supersede(self, at: datetime) -> None:
        """Another version is in force from now on."""
        self.standing, self.superseded_at = Standing.FORMER, at


class Section(RecordItself, Version):
    """A piece of the record that is there once for each client."""

    __abstract__ = True

    @classmethod
    def indexes(cls) -> tuple[Any, ...]:
        """Also one current version a client."""
        return (*super().indexes(), _one_current(cls.__tablename__, "client_id"))


class Part(Version):
    """A piece of the record that may be there several times; `part_id` is the id of its first version.

    A part that no longer holds, or never did, ends: `ended` tells why, and who said so when.
    """

    __abstract__ = True

    ended: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    @declared_attr
    def part_id(cls) -> Mapped[UUID]:
        """What all versions of a part have in common."""
        return mapped_column(ForeignKey(f"{cls.__tablename__}.id"))

    @classmethod
    def first(cls, values: Mapping[str, Any], source: Source, **scope: Any) -> dict[str, Any]:
        """The columns of the first version, by whose id the part is known."""
        columns = super().first(values, source, **scope)
        return columns | {"part_id": columns["id"]}

    @property
    def scope(self) -> dict[str, Any]:
        """Also which part it is."""
        return {**super().scope, "part_id": self.part_id}

    @classmethod
    def indexes(cls) -> tuple[Any, ...]:
        """Also one current version a part, and the versions of a part in order."""
        table = cls.__tablename__
        in_order = Index(f"{table}_of_part", "part_id", "recorded_at", "id")
        return (*super().indexes(), _one_current(table, "part_id"), in_order)

    def end(self, reason: str, source: Source) -> None:
        """Nothing takes the place of the part."""
        self.supersede(source.at)
        self.ended = {"reason": reason, **source.told()}


def _one_current(table: str, key: str) -> Index:
    return Index(f"uq_{table}_current", key, unique=True, postgresql_where=text("standing = 'current'"))


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
            Index("client_by_identity_keys", "match_keys", **_BY_ANY),
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
        return (*super().indexes(), Index("client_by_contact_keys", "match_keys", **_BY_ANY))


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


class Relation(Part):
    """A legal representative, or family that lives with the client: another client, or somebody named by this one."""

    __tablename__ = "client_relation"

    kind: Mapped[str] = mapped_column(String(24))
    basis: Mapped[str | None] = mapped_column(String(24))
    name: Mapped[str | None] = mapped_column(String(200))
    related_client_id: Mapped[UUID | None] = mapped_column(ForeignKey("client.id"))
    relation: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    note: Mapped[str | None]

    @classmethod
    def indexes(cls) -> tuple[Any, ...]:
        """Also where a client is named by others, whom a relation names, and that only some have a basis."""
        return (
            *super().indexes(),
            Index("client_relation_naming", "related_client_id", "id", postgresql_where=text("standing = 'current'")),
            Index("client_relation_ever_naming", "related_client_id"),
            CheckConstraint("num_nonnulls(name, related_client_id) = 1", name="names_one_person"),
            CheckConstraint("basis IS NULL OR kind = 'legal_representative'", name="only_representatives_have_basis"),
        )


class EarlierAssessment(Part):
    """That somebody assessed the client before: what kind, when, valid until when."""

    __tablename__ = "earlier_assessment"

    kind: Mapped[str] = mapped_column(String(24))
    made_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(String(200))


SECTIONS: dict[str, type[Section]] = {"identity": Identity, "contact": Contact, "social": Social, "health": Health}
PARTS: dict[str, type[Part]] = {"relations": Relation, "earlier_assessments": EarlierAssessment}
PIECES: dict[str, type[Version]] = {**SECTIONS, **PARTS}
PIECE_OF: dict[type[Version], str] = {table: name for name, table in PIECES.items()}
CATEGORY_OF = {
    "identity": Category.IDENTITY,
    "contact": Category.CONTACT,
    "social": Category.SOCIAL,
    "health": Category.HEALTH,
    "relations": Category.SOCIAL,
    "earlier_assessments": Category.NEEDS,
}
_BOOKKEEPING = frozenset(
    {
        *("id", "client_id", "owner_agency", "category", "part_id"),
        *("standing", "recorded_at", "superseded_at", "changed", "provenance", "ended"),
    }
)
