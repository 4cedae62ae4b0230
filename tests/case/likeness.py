"""Invented people who are like each other, and like nobody else."""

from datetime import date, timedelta
from typing import Any

from shared.ids import new_id
from tests.support.people import form_a

_days = iter(range(20_000))


def somebody(**identity: Any) -> dict[str, Any]:
    """The form of a person without an Estonian code, born on a day that nobody else in these tests was."""
    born = date(1910, 1, 1) + timedelta(days=next(_days))
    known_as = {"kind": "foreign_code", "country": "LV", "value": f"LV-{new_id()}"}
    names = {"first_name": "Jelena", "last_name": "Štšerbakova"}
    return form_a(identity=names | {"date_of_birth": born.isoformat(), "other_identifier": known_as} | identity)


def alike(form: dict[str, Any], country: str = "FI", **identity: Any) -> dict[str, Any]:
    """The form of somebody who is like another, with a code of another country."""
    known_as = {"kind": "foreign_code", "country": country, "value": f"{country}-{new_id()}"}
    return form_a(identity=form["identity"] | {"other_identifier": known_as} | identity)
