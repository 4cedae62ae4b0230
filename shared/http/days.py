"""Days that have to have been: a form that names one which is still to come is refused, by the one clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from shared.clock import Clock
from shared.http.problems import Invalid, InvalidField


def _itself(value: Any) -> date:
    day: date = value
    return day


@dataclass(frozen=True, slots=True)
class HasBeen:
    """Marks a field whose day cannot be after today. `day` tells it where the value is no day itself."""

    day: Callable[[Any], date] = _itself


def to_come(pointer: str) -> InvalidField:
    """The fault of a field that names a day which is still to come."""
    return InvalidField(pointer=pointer, code="to_come", detail="This day is still to come.")


def days_to_come(given: BaseModel, clock: Clock, at: str = "") -> list[InvalidField]:
    """The faults of a form, which stands at the pointer `at` of what was sent."""
    today = clock.today()
    return [to_come(pointer) for pointer, day in _days(given, at) if _day_of(day, clock) > today]


def refuse_days_to_come(given: BaseModel, clock: Clock, at: str = "") -> None:
    """Raise Invalid for them."""
    if errors := days_to_come(given, clock, at):
        raise Invalid(errors=errors)


def _day_of(day: date, clock: Clock) -> date:
    return clock.day_of(day) if isinstance(day, datetime) else day


def _days(given: BaseModel, at: str) -> Iterator[tuple[str, date]]:
    marked, forms = _places(type(given))
    for name, mark in marked:
        if (value := getattr(given, name)) is not None:
            yield f"{at}/{name}", mark.day(value)
    for name in forms:
        value = getattr(given, name)
        if isinstance(value, BaseModel):
            yield from _days(value, f"{at}/{name}")
        for place, one in enumerate(value if isinstance(value, list) else ()):
            yield from _days(one, f"{at}/{name}/{place}")


@cache
def _places(form: type[BaseModel]) -> tuple[list[tuple[str, HasBeen]], list[str]]:
    """The fields of a form that are marked, and those that hold such forms: worked out once for a whole register."""
    fields = form.model_fields.items()
    marked = [(name, mark) for name, field in fields for mark in field.metadata if isinstance(mark, HasBeen)]
    return marked, [name for name, field in fields if any(any(_places(one)) for one in _forms_in(field.annotation))]


def _forms_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and not get_args(annotation) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _forms_in(inner)
