"""What travels of a search."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.case.identifiers.rules import Known
from services.case.identifiers.schemas import OtherIdentifier, PersonalCode, known_by
from services.case.names.store import letters
from services.case.search.rules import is_narrow
from shared.http.schemas import Day, Schema, Text

Year = Annotated[int, Field(ge=1800, lt=2200)]


class SearchFor(Schema):
    """Whom to look for, in one of four ways; where several are given, the first of them counts.

    By a personal code; by another identifier; by family name and date of birth together; or by the first letters of
    the family name (three at least), with those of the given name (two at least) or the year of birth.
    Names are found in whatever alphabet and spelling they are written, former names and replaced codes too, and what a
    record said that was merged into another.
    """

    personal_code: PersonalCode | None = None
    other_identifier: OtherIdentifier | None = None
    last_name: Text | None = None
    date_of_birth: Day | None = None
    last_name_begins: Text | None = Field(default=None, examples=["Õuna"])
    first_name_begins: Text | None = None
    birth_year: Year | None = None

    def known(self) -> list[Known]:
        """The code or identifier looked for, if any."""
        return known_by(self.personal_code, self.other_identifier)

    @model_validator(mode="after")
    def names_somebody(self) -> Self:
        """A search narrow enough not to leaf through people."""
        by_name = self.last_name is not None and self.date_of_birth is not None
        family, given = self.beginnings()
        if not (self.known() or by_name or is_narrow(family, given, self.birth_year)):
            raise ValueError(
                "give a personal code, another identifier, family name and date of birth, or three letters of the "
                "family name with two of the given name or the year of birth"
            )
        return self

    def beginnings(self) -> tuple[str, str]:
        """The bare letters with which family and given name are to begin."""
        family, given = self.last_name_begins or "", self.first_name_begins or ""
        return letters(family), letters(given)


class Hit(Schema):
    """Somebody who may be the person: enough to recognise, not enough to learn from."""

    client_id: UUID
    name: str = Field(description="First letters only, of the name borne now.", examples=["A. T."])
    birth_year: int | None


class Hits(Schema):
    """At most ten people who match; `more` says that there are others, never how many."""

    items: list[Hit]
    more: bool
