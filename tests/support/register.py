"""A register of people who do not exist: plausible, the same for the same seed, and as large as is asked for."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import asyncpg
from stdnum.ee import ik

from services.case.clients.models import Client, Identity
from services.case.identifiers.models import Identifier
from services.case.versions.rules import Standing
from shared.access.categories import Category
from shared.db.copying import copy_to
from shared.ids import new_id

ESTONIAN = (
    (
        "Aino",
        "Anu",
        "Eha",
        "Elle",
        "Grete",
        "Helgi",
        "Kadri",
        "Külli",
        "Liis",
        "Maarja",
        "Malle",
        "Õie",
        "Piret",
        "Ülle",
    ),
    (
        "Ants",
        "Endel",
        "Heino",
        "Jaak",
        "Jüri",
        "Kalev",
        "Lembit",
        "Mihkel",
        "Märt",
        "Peeter",
        "Rein",
        "Tõnu",
        "Uno",
        "Ülo",
    ),
    (
        "Kask",
        "Kivi",
        "Kuusk",
        "Käär",
        "Lepik",
        "Mägi",
        "Oja",
        "Põld",
        "Rebane",
        "Saar",
        "Sepp",
        "Tamm",
        "Vaher",
        "Õunapuu",
    ),
)
RUSSIAN = (
    (
        "Alevtina",
        "Galina",
        "Irina",
        "Jelena",
        "Larissa",
        "Ljudmila",
        "Nadežda",
        "Natalja",
        "Olga",
        "Svetlana",
        "Tatjana",
    ),
    ("Aleksandr", "Anatoli", "Boriss", "Dmitri", "Igor", "Juri", "Konstantin", "Nikolai", "Oleg", "Sergei", "Vladimir"),
    ("Bogdanov", "Fjodorov", "Ivanov", "Kuznetsov", "Lebedev", "Mihhailov", "Morozov", "Petrov", "Smirnov", "Žukov"),
)
ENDINGS = ("", "", "", "la", "mäe", "ste", "vere", "nurm", "salu", "oja")
"""What makes one Estonian family name into several: Kask, Kaskla, Kaskmäe."""

PLACES = ("Tamme linn", "Kase vald", "Kuuse vald", "Lepa vald", "Pärna vald")
STREETS = ("Kaevu", "Õuna", "Põllu", "Männi", "Jõe", "Kooli", "Uus", "Vana", "Pikk", "Lühike")
FIRST_DAY = date(1935, 1, 1)
DAYS = 26_000
STRIDE = 7_919
"""Prime, and no divisor of DAYS: people who follow each other were born on days far apart."""

SEED = 2026
SLICE = 5_000


def forms(count: int, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """That many different people as form A, part 1 would have them. No two share a code, for one seed."""
    dice = random.Random(seed)
    return (_form(dice, number, seed) for number in range(count))


def code(number: int, seed: int, *, woman: bool) -> str:
    """The personal code of the person with a number: as many are possible as a thousand a day."""
    born = FIRST_DAY + timedelta(days=(number * STRIDE + seed) % DAYS)
    body = f"{(3 if born.year < 2000 else 5) + woman}{born:%y%m%d}{number // DAYS:03d}"
    return f"{body}{ik.calc_check_digit(body + '0')}"


def _form(dice: random.Random, number: int, seed: int) -> dict[str, Any]:
    chance, woman = dice.random, dice.random() < 0.52
    language = "ru" if chance() < 0.27 else "et"
    first, last = _name(dice, language, woman=woman)
    return {
        "identity": {
            "first_name": first,
            "last_name": last,
            "personal_code": code(number, seed, woman=woman),
            "citizenship": "estonian" if chance() < 0.85 else "other",
            "document": "id_card",
            "document_number": f"AS{number:07d}",
        },
        "contact": _contact(dice, number, language),
        "social": {
            "statuses": [dice.choice(("works", "studies", "pensioner", "unemployed", "at_home"))],
            "marital_status": dice.choice(("single", "cohabiting", "married", "divorced", "widowed")),
        },
        "health": {"insured": chance() < 0.94} | ({"disability_degree": "moderate"} if chance() < 0.1 else {}),
        "relations": [_child(dice, last)] if chance() < 0.15 else [],
        "earlier_assessments": [{"kind": "care_need", "made_on": "2025-03-01"}] if chance() < 0.1 else [],
    }


def _name(dice: random.Random, language: str, *, woman: bool) -> tuple[str, str]:
    women, men, families = RUSSIAN if language == "ru" else ESTONIAN
    ending = dice.choice(ENDINGS) if language == "et" else "a" if woman else ""
    return dice.choice(women if woman else men), dice.choice(families) + ending


def _contact(dice: random.Random, number: int, language: str) -> dict[str, Any]:
    place = dice.choice(PLACES)
    return {
        "registered_address": f"{dice.choice(STREETS)} {1 + dice.randrange(90)}-{1 + dice.randrange(40)}, {place}",
        "residence_municipality": place,
        "phone": f"+372 5{number:07d}",
        "email": f"elanik{number}@example.org",
        "preferred_language": language,
    }


def _child(dice: random.Random, last: str) -> dict[str, Any]:
    return {"kind": "cohabiting_family", "name": f"{dice.choice(ESTONIAN[0])} {last}", "relation": "child"}


async def fill(url: str, count: int, *, agency: str = "tamme", seed: int = SEED) -> None:
    """Write what clients are found by straight into a case database: root, identity, code. Then analyse it.

    Past every check and log, as a superuser: it is to be quick, and sections nobody looks for are left out.
    """
    people = forms(count, seed)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")
        while some := list(islice(people, SLICE)):
            await _write(connection, [form["identity"] for form in some], agency)
        await connection.execute("ANALYZE client, client_identity, client_identifier")
    finally:
        await connection.close()


async def _write(connection: asyncpg.Connection, people: Sequence[dict[str, Any]], agency: str) -> None:
    now, tables = datetime.now(UTC), (Client, Identity, Identifier)
    for table, rows in zip(tables, zip(*(_rows(one, agency, now) for one in people), strict=True), strict=True):
        await copy_to(connection, table, rows)


def _rows(said: dict[str, Any], agency: str, now: datetime) -> tuple[dict[str, Any], ...]:
    client_id = new_id()
    scope = {"client_id": client_id, "owner_agency": agency, "category": Category.IDENTITY, "recorded_at": now}
    born = ik.get_birth_date(said["personal_code"])
    version = {"standing": Standing.CURRENT, "changed": [], "provenance": {}, "date_of_birth": born}
    known = {"kind": "personal_code", "country": "EE", "value": said["personal_code"], "source": {}}
    known["compared"] = said["personal_code"]
    return (
        scope | {"id": client_id, "created_at": now, "changed_at": now},
        scope | said | version | Identity.derived(said | version),
        scope | known,
    )
