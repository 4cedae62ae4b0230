"""The declarative base of the feedback service's own tables."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from shared.db.base import NAMING


class Base(DeclarativeBase):
    """Tables of the feedback service."""

    metadata = MetaData(naming_convention=NAMING)
