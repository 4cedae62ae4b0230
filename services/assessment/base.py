"""The declarative base of the assessment service's own tables."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from shared.db.base import NAMING


class Base(DeclarativeBase):
    """Tables of the assessment service."""

    metadata = MetaData(naming_convention=NAMING)
