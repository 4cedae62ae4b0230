"""Tables of consents, of the grants the case service decides, and of the receipts by which services follow."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.case.base import Base
from services.case.consents.rules import ConsentState, Terms, state_of
from shared.access.categories import Category
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned
from shared.ids import new_id


class Recorded:
    """Who recorded it, as `agency/officer`, and by which system; none where that was not kept yet."""

    recorded_by: Mapped[str | None] = mapped_column(String(127))
    recorded_through: Mapped[str | None] = mapped_column(String(63))


class Grant(Base, Versioned):
    """That one agency may see categories of one client's data. Ids and codes only."""

    __tablename__ = "client_grant"
    __table_args__ = (
        Index("client_grant_of_client", "client_id", "grantee"),
        Index("client_grant_open", "valid_until", postgresql_where=text("closed_at IS NULL")),
    )

    client_id: Mapped[UUID]
    grantee: Mapped[str] = mapped_column(String(63))
    source_agency: Mapped[str | None] = mapped_column(String(63))
    categories: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    ground: Mapped[str] = mapped_column(String(16))
    legal_code: Mapped[str | None] = mapped_column(String(64))
    valid_from: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class ConsentSignature(Base, Scoped, Recorded):
    """That the client, or a legal representative who stands on the record as a relation, signed a consent."""

    __tablename__ = "consent_signature"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"), index=True)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consent.id"), index=True)
    signer: Mapped[str] = mapped_column(String(16))
    relation_id: Mapped[UUID | None] = mapped_column(ForeignKey("client_relation.id"), index=True)


class ConsentTerms(Base, Scoped, Recorded):
    """What a consent said from some moment on. Each terms rest on a grant of their own."""

    __tablename__ = "consent_terms"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"), index=True)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consent.id"), index=True)
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("client_grant.id"), index=True)
    categories: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    since: Mapped[datetime] = mapped_column(Moment)


class Consent(Base, Scoped, Versioned, Recorded):
    """Form A2, the cooperation agreement (koostöölepe): what the client agreed to, for whom, until when.

    Who recorded it, as an offer or as signed at once, is the case manager who signs form A2 beside the client.
    Categories and period are those of the terms in force; earlier ones stand in `consent_terms`.
    """

    __tablename__ = "consent"
    __table_args__ = (
        Index("consent_of_client", "client_id", "owner_agency", "created_at", "id"),
        Index(
            "consent_running",
            "valid_until",
            postgresql_where=text("withdrawn_at IS NULL AND expired_at IS NULL"),
        ),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    grant_id: Mapped[UUID | None] = mapped_column(ForeignKey("client_grant.id"), index=True)
    grantee: Mapped[str] = mapped_column(String(63))
    categories: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    purpose: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    notice_profile: Mapped[str | None] = mapped_column(String(40))
    notice_version: Mapped[int | None]
    notice_language: Mapped[str | None] = mapped_column(String(2))
    notice_digest: Mapped[str | None] = mapped_column(String(64))
    declarations: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    signed_on: Mapped[date | None]
    narrowed_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawal_reason: Mapped[str | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(127))
    withdrawn_through: Mapped[str | None] = mapped_column(String(63))
    expired_at: Mapped[datetime | None] = mapped_column(Moment)

    signatures: Mapped[list[ConsentSignature]] = relationship(lazy="selectin", order_by=ConsentSignature.id)
    terms: Mapped[list[ConsentTerms]] = relationship(lazy="select", order_by=ConsentTerms.since)

    @property
    def agreed(self) -> Terms:
        """The terms in force, as the rules read them."""
        categories = frozenset(Category(category) for category in self.categories)
        return Terms(self.grantee, categories, self.valid_from, self.valid_until)

    @property
    def state(self) -> ConsentState:
        """Where the consent is in its life."""
        return state_of(
            signed=self.signed_on is not None,
            narrowed=self.narrowed_at is not None,
            withdrawn=self.withdrawn_at is not None,
            expired=self.expired_at is not None,
        )


class GrantReceipt(Base):
    """When a service had applied the opening or the closing of a grant."""

    __tablename__ = "grant_receipt"

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("client_grant.id"), primary_key=True)
    service: Mapped[str] = mapped_column(String(20), primary_key=True)
    change: Mapped[str] = mapped_column(String(8), primary_key=True)
    applied_at: Mapped[datetime] = mapped_column(Moment)
