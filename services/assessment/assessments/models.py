"""Tables of assessments. Every text in them is the client's or about the client, so every row is scoped."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.assessment.assessments.rules import Findings
from services.assessment.base import Base
from services.assessment.instruments.rules import Kind, LifeArea
from shared.access.models import Scoped
from shared.db.base import Moment, Versioned
from shared.ids import new_id


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(value)) for value in values)})", name=column)


class Assessment(Base, Scoped, Versioned):
    """An assessment (hindamine) that one officer makes with one client by one version of an instrument.

    Its parts have no version of their own: whoever changes one changes the assessment.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        _one_of("kind", Kind),
        CheckConstraint("num_nonnulls(completed_at, summary, complex_need) IN (0, 3)", name="completed_as_a_whole"),
        Index("assessment_of_client", "client_id", "id"),
    )

    case_id: Mapped[UUID | None]
    instrument: Mapped[str] = mapped_column(String(64))
    instrument_version: Mapped[int]
    kind: Mapped[Kind] = mapped_column(String(16))
    assessor: Mapped[str] = mapped_column(String(63))
    changed_at: Mapped[datetime] = mapped_column(Moment)
    completed_at: Mapped[datetime | None] = mapped_column(Moment)
    summary: Mapped[str | None]
    complex_need: Mapped[bool | None]

    area_entries: Mapped[list["AssessedArea"]] = relationship(lazy="raise")
    problems: Mapped[list["AssessedProblem"]] = relationship(lazy="raise", order_by="AssessedProblem.id")
    resources: Mapped[list["AssessedResource"]] = relationship(lazy="raise", order_by="AssessedResource.id")
    needs: Mapped[list["AssessedNeed"]] = relationship(lazy="raise", order_by="AssessedNeed.id")

    @property
    def agency(self) -> str:
        """The agency that makes the assessment."""
        return self.owner_agency

    @property
    def state(self) -> Literal["draft", "completed"]:
        """A draft may be changed; what is completed stays as it is."""
        return "draft" if self.completed_at is None else "completed"

    @property
    def scope(self) -> dict[str, Any]:
        """What each part has in common with the whole: owner, client and category."""
        return {"owner_agency": self.owner_agency, "client_id": self.client_id, "category": self.category}

    @property
    def areas(self) -> list["AssessedArea"]:
        """What is said of the life areas, in the order of the form."""
        return sorted(self.area_entries, key=lambda entry: list(LifeArea).index(entry.area))

    @property
    def findings(self) -> Findings:
        """What the rules look at."""
        return Findings(
            client_heard_in=frozenset(entry.area for entry in self.area_entries if entry.client_word),
            problems=len(self.problems),
            resources=len(self.resources),
        )

    @property
    def need_areas(self) -> set[LifeArea]:
        """The life areas in which there are needs."""
        return {need.area for need in self.needs}

    def area(self, code: LifeArea) -> "AssessedArea":
        """What stands under a life area; an empty entry is begun where nothing does."""
        found = next((entry for entry in self.area_entries if entry.area == code), None)
        if found is None:
            found = AssessedArea(area=code, **self.scope)
            self.area_entries.append(found)
        return found

    def touched(self, now: datetime) -> None:
        """A part was changed, so the whole is another version, even within the same microsecond."""
        self.changed_at = now
        self.touch()


class AssessedArea(Base, Scoped):
    """What the client and the network say of one life area, kept apart. Source: 004 form A part 3 (L5665-5713)."""

    __tablename__ = "assessed_area"
    __table_args__ = (_one_of("area", LifeArea), Index("assessed_area_of_client", "client_id"))

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id"), primary_key=True)
    area: Mapped[LifeArea] = mapped_column(String(32), primary_key=True)
    client_word: Mapped[str | None]
    network_word: Mapped[str | None]
    comment: Mapped[str | None]


class AssessedProblem(Base, Scoped):
    """A problem or unmet need in the client's view, and the worker's view beside it. Source: 004 L3794-3812."""

    __tablename__ = "assessed_problem"
    __table_args__ = (UniqueConstraint("assessment_id", "id"), Index("assessed_problem_of_client", "client_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id"))
    description: Mapped[str]
    importance: Mapped[str | None]
    duration: Mapped[str | None]
    earlier_occurrences: Mapped[str | None]
    retriggers: Mapped[str | None]
    worker_view: Mapped[str | None]


class AssessedResource(Base, Scoped):
    """Something the client can build on (ressurss), of a kind that the instrument names. Source: 004 L1321-1381."""

    __tablename__ = "assessed_resource"
    __table_args__ = (
        Index("assessed_resource_of_assessment", "assessment_id", "id"),
        Index("assessed_resource_of_client", "client_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id"))
    kind: Mapped[str] = mapped_column(String(64))
    text: Mapped[str]


class AssessedNeed(Base, Scoped):
    """A need (vajadus) in one life area, seen in a problem of the same assessment or on its own."""

    __tablename__ = "assessed_need"
    __table_args__ = (
        _one_of("area", LifeArea),
        ForeignKeyConstraint(
            ["assessment_id", "problem_id"],
            ["assessed_problem.assessment_id", "assessed_problem.id"],
            name="fk_assessed_need_problem",
        ),
        Index("assessed_need_of_assessment", "assessment_id", "id"),
        Index("assessed_need_of_client", "client_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id"))
    area: Mapped[LifeArea] = mapped_column(String(32))
    text: Mapped[str]
    problem_id: Mapped[UUID | None]
