"""Days that have to have been: a form that names one which is still to come is refused, by the one clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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
    return [to_come(pointer) for pointer, day in _days(given, at) if _day_of(day, clock) > clock.today()]


def refuse_days_to_come(given: BaseModel, clock: Clock, at: str = "") -> None:
    """Raise Invalid for them."""
    if errors := days_to_come(given, clock, at):
        raise Invalid(errors=errors)


def _day_of(day: date, clock: Clock) -> date:
    return clock.day_of(day) if isinstance(day, datetime) else day


def _days(given: BaseModel, at: str) -> Iterator[tuple[str, date]]:
    for name, field in type(given).model_fields.items():
        value, pointer = getattr(given, name), f"{at}/{name}"
        if value is None:
            continue
        yield from ((pointer, mark.day(value)) for mark in field.metadata if isinstance(mark, HasBeen))
        for place, one in enumerate(value) if isinstance(value, list) else [("", value)]:
            if isinstance(one, BaseModel):
                yield from _days(one, f"{pointer}/{place}".rstrip("/"))
