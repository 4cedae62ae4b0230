"""The table of networks of agencies. It holds no client: posts and agencies only, readable by every agency."""

from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.network.base import Base
from shared.db.base import Versioned


class Network(Base, Versioned):
    """A network of agencies and its charter; the agency that keeps it may change it."""

    __tablename__ = "network"
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    kept_by: Mapped[str] = mapped_column(String(63))
    charter: Mapped[dict[str, Any]] = mapped_column(JSONB)
