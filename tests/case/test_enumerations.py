"""Screens are told what each coded field may hold, in three languages."""

from enum import StrEnum
from typing import Any

import pytest

from services.case.clients import rules as clients
from services.case.enumerations.rules import ENUMERATIONS
from services.case.enumerations.schemas import label_of
from services.case.identifiers import rules as identifiers
from services.case.labels import LABELS
from services.case.parts import rules as parts
from shared.access.categories import Category
from tests.support.agencies import Agency

CHOICES = [(name, code) for name, enumeration in ENUMERATIONS.items() for code in enumeration.codes]


async def told_in(agency: Agency, language: str) -> dict[str, Any]:
    """What may be chosen, in a language: enumeration -> code -> words."""
    answer = await agency.http.get("/api/v1/enumerations", headers={"Accept-Language": language})
    return {one["name"]: {each["code"]: each["label"] for each in one["choices"]} for one in answer.json()}


@pytest.mark.parametrize(("name", "code"), CHOICES)
def test_every_choice_is_put_in_words(name: str, code: str) -> None:
    assert label_of(name, code) in LABELS


def test_every_coded_field_of_the_form_is_told() -> None:
    kinds = {kind for rules in (clients, identifiers, parts) for kind in vars(rules).values() if isinstance(kind, type)}
    of_form = {kind for kind in kinds if issubclass(kind, StrEnum) and kind is not StrEnum and kind is not Category}
    assert of_form == {enumeration.codes for enumeration in ENUMERATIONS.values()}


async def test_choices_come_in_the_language_asked_for_and_the_order_of_the_form(city: Agency) -> None:
    estonian, russian, english = [await told_in(city, language) for language in ("et", "ru", "en")]
    assert estonian.keys() == russian.keys() == english.keys() == ENUMERATIONS.keys()
    assert list(estonian["marital_status"].values()) == ["vallaline", "vabaabielus", "abielus", "lahutatud", "lesk"]
    assert (estonian["education"]["none"], estonian["document"]["none"]) == ("hariduseta", "puudub")
    assert (russian["disability_degree"]["severe"], english["disability_degree"]["severe"]) == ("тяжёлая", "severe")


async def test_a_choice_that_is_told_can_be_made(city: Agency) -> None:
    told = await told_in(city, "en")
    client = await city.registers()
    for document in told["document"]:
        client = await city.changes(client, identity={"first_name": "A", "last_name": "B", "document": document})
        assert client["identity"]["document"] == document
