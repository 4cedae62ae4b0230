"""What a survey is, as data: its questions, their wordings by nature of service, its version."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.feedback.surveys.rules import Nature, SurveyKind
from shared.labels import Label

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]


class Definition(BaseModel):
    """Base of everything read from a definition file: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(Definition):
    """One question: a scale from 0 to 10, or free text; asked in the natures it has wordings for."""

    code: Code
    kind: Literal["scale", "text"]
    required: bool
    source: str
    wordings: dict[Nature, Label] = Field(min_length=1)
    lowest: Label | None = None
    highest: Label | None = None

    @model_validator(mode="after")
    def _scale_names_its_ends(self) -> Self:
        named = self.lowest is not None and self.highest is not None
        if named != (self.kind == "scale"):
            raise ValueError(f"question {self.code}: a scale names both its ends, a text names none")
        return self


class Survey(Definition):
    """One published version of a survey; a wording changes only by a new version.

    Source: 001 L1105-1107, L1238-1240 (wordings are corrected over time).
    """

    code: Code
    version: int = Field(ge=1)
    kind: SurveyKind
    name: Label
    source: str
    questions: tuple[Question, ...] = Field(min_length=1)

    def asked(self, nature: Nature) -> Iterator[Question]:
        """Questions for this nature of service, in order."""
        return (question for question in self.questions if nature in question.wordings)

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        codes = [question.code for question in self.questions]
        if len(set(codes)) != len(codes):
            raise ValueError(f"survey {self.code}: two questions share a code")
        return self

    @model_validator(mode="after")
    def _every_nature_has_one_leading_question(self) -> Self:
        for nature in Nature:
            leading = [q for q in self.asked(nature) if q.required and q.kind == "scale"]
            if len(leading) != 1:
                raise ValueError(f"survey {self.code}: {nature} needs exactly one required scale, has {len(leading)}")
        return self
