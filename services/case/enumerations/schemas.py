"""What travels of enumerations."""

from typing import Self

from services.case.enumerations.rules import Enumeration
from services.case.labels import LABELS
from shared.http.schemas import Schema
from shared.labels import Language


class Choice(Schema):
    """A code, and what it is called in the language asked for."""

    code: str
    label: str


class EnumerationOut(Schema):
    """What fields of the record may hold, in the order of form A."""

    name: str
    fields: list[str]
    choices: list[Choice]

    @classmethod
    def of(cls, name: str, enumeration: Enumeration, language: Language) -> Self:
        """The enumeration in words."""
        choices = [Choice(code=code, label=LABELS.text(label_of(name, code), language)) for code in enumeration.codes]
        return cls(name=name, fields=list(enumeration.fields), choices=choices)


def label_of(name: str, code: str) -> str:
    """The label of a code: its own in this enumeration, where it has one."""
    own = f"value.{name}.{code}"
    return own if own in LABELS else f"value.{code}"
