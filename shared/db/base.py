"""What tables have in common: names of constraints, versions, and marks on columns that hold personal data."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from shared.ids import new_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

__all__ = ["NAMING", "Holds", "Moment", "Plumbing", "Versioned", "holds", "of_others"]


class Holds(StrEnum):
    """What a column holds of a client. A value of these kinds may stand in no other column of any service."""

    NAME = "name"
    PERSONAL_CODE = "personal code"
    IDENTIFIER = "other identifier"
    BIRTH_DATE = "date of birth"
    ADDRESS = "address"
    PHONE = "phone"
    EMAIL = "e-mail"
    ACCOUNT = "account number"


def holds(*kinds: Holds) -> dict[str, Any]:
    """The `info=` of a column that holds personal data of a client."""
    return {"holds": frozenset(kinds)}


def of_others() -> dict[str, Any]:
    """The `info=` of a column that tells who somebody else is: the person's own copy leaves it out."""
    return {"of_others": True}


Moment = DateTime(timezone=True)


class Plumbing(DeclarativeBase):
    """Tables that every service has: outbox, inbox, grants, access log, idempotency keys."""

    metadata = MetaData(naming_convention=NAMING)


class Versioned:
    """A resource with an id, a version (its ETag) and a count of the events told about it."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(BigInteger, default=1)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)

    def touch(self) -> None:
        """A part of the resource changed, so that the whole is another version."""
        flag_modified(self, "created_at")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}
