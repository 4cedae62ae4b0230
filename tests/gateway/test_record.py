"""The whole record of a person: from every service or not at all, as data or on paper, in words."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from starlette.types import Receive, Send

from deploy.embedded.ports import free_port
from gateway.record import routes
from gateway.record.rules import Telling
from gateway.record.schemas import OfService
from gateway.upstreams import SERVICES
from shared.http.forms import JSON, PDF, chosen
from tests.gateway.conftest import Worlds
from tests.gateway.world import CLIENT, Behaviour, Received, World, answer, problem

PATH = f"/api/v1/clients/{CLIENT}/export"
AS_PERSON = {"agency": "residents", "scope": f"role:person person:{CLIENT}"}
ROW: dict[str, Any] = {
    "table": "note",
    "category": "journal",
    "agency": "tamme",
    "merged_record": None,
    "withheld": [],
    "values": {"text": "Õige jutt *#$", "mood": "good"},
    "parts": [],
}
WORDS = {
    "note": {
        "title": "Märge",
        "fields": {"text": "Tekst", "mood": "Tuju"},
        "values": {"mood": {"good": "hea"}, "text": {"good": "hea"}},
    }
}


def holding(rows: int) -> Behaviour:
    """Services that each hold so many rows, told one a page."""

    async def respond(received: Received, receive: Receive, send: Send) -> None:
        query = {name: values[0] for name, values in parse_qs(received.scope["query_string"].decode()).items()}
        assert (query["client_id"], query["limit"]) == (CLIENT, "100")
        place = int(query.get("cursor", 0))
        following = str(place + 1) if place + 1 < rows else None
        page = {"items": [ROW][:rows], "words": WORDS if rows else {}, "next": following}
        await answer(send, 200, json.dumps(page).encode())

    return respond


async def test_every_page_of_every_service_comes_together(world: World) -> None:
    world.case.behaviour = holding(3)
    response = await world.asks("GET", PATH, headers={"Accept-Language": "et"}, **AS_PERSON)

    export = response.json()
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert {part["service"]: len(part["items"]) for part in export["services"]} == dict.fromkeys(SERVICES, 3)
    assert export["services"][0]["title"] == "Kliendikirje ja juhtumid"
    assert export["services"][0]["words"] == WORDS
    assert {received.headers["accept-language"] for received in world.case.received} == {"et"}
    assert str(world.case.last.actor(world.case.last.scope["path"].split("/")[3]).person) == CLIENT


async def test_the_record_is_printed_where_paper_is_asked_for(world: World) -> None:
    world.case.behaviour = holding(1)
    response = await world.asks("GET", PATH, headers={"Accept": PDF, "Accept-Language": "ru"}, **AS_PERSON)

    assert (response.status_code, response.headers["content-type"]) == (200, PDF)
    assert response.content.startswith(b"%PDF-")
    assert response.headers["content-language"] == "ru"


async def test_a_record_too_long_for_paper_is_to_be_had_as_data(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.case.behaviour = holding(3)
    for most, status in ((12, 200), (11, 406)):
        monkeypatch.setattr(routes, "MOST_ON_PAPER", most)
        response = await world.asks("GET", PATH, headers={"Accept": PDF}, **AS_PERSON)
        assert response.status_code == status
    assert (problem(response), response.json()["rows"]) == ("record-too-long", 12)
    assert (await world.asks("GET", PATH, **AS_PERSON)).status_code == 200


async def test_a_record_that_cannot_be_whole_is_not_given(worlds: Worlds) -> None:
    port = free_port()
    world = await worlds(urls={"network": f"http://127.0.0.1:{port}"})
    world.case.behaviour = holding(1)
    response = await world.asks("GET", PATH, **AS_PERSON)

    assert (response.status_code, problem(response)) == (503, "service-unavailable")
    assert response.json()["services"] == ["network"]


async def test_where_nothing_is_held_there_is_no_record(world: World) -> None:
    world.case.behaviour = holding(0)
    response = await world.asks("GET", PATH, **AS_PERSON)
    assert (response.status_code, problem(response)) == (404, "record-not-found")


async def test_other_forms_are_not_to_be_had(world: World) -> None:
    response = await world.asks("GET", PATH, headers={"Accept": "text/csv"}, **AS_PERSON)
    assert (response.status_code, problem(response)) == (406, "not-acceptable")
    assert not world.case.received


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/pdf", PDF),
        ("Application/PDF;q=0.9, application/json;q=0.5", PDF),
        ("application/pdf;q=0.4, */*;q=0.5", JSON),
        ("application/pdf;q=much, application/json", JSON),
        ("application/json;q=0", None),
        ("text/html", None),
    ],
)
def test_the_form_that_is_asked_for_most(accept: str | None, form: str | None) -> None:
    assert chosen(accept) == form


SOURCE = {"agency": "tamme", "officer": "mari.maasikas", "system": "sidus", "at": "2026-03-01T10:00:00Z"}
TOLD = "Tamme linn, mari.maasikas, 01.03.2026 12:00"


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        (True, "jah"),
        (None, ""),
        ("good", "hea"),
        ("2026-03-01", "01.03.2026"),
        ("2026-07-01T10:00:00Z", "01.07.2026 13:00"),
        ("0198c0de-0000-7000-8000-000000000001", ""),
        (["good", "bad"], "hea, bad"),
        ([{"text": "üks", "mood": None}, {"text": "kaks"}], "Tekst: üks\nTekst: kaks"),
        (SOURCE, TOLD),
        ({"text": SOURCE, "mood": SOURCE}, f"{TOLD}: Tekst, Tuju"),
        (7, "7"),
    ],
)
def test_how_a_value_reads_on_paper(value: Any, reads: str) -> None:
    item = ROW | {"values": {"text": value}}
    held = OfService.model_validate({"service": "case", "title": "", "words": WORDS, "items": [item]})
    telling = Telling(lambda code: {"record.yes": "jah"}.get(code, code), {"tamme": "Tamme linn"})

    row = telling.service(held)["sections"][0]["rows"][0]

    assert [pair["value"] for pair in row["pairs"]] == ([reads] if reads else [])


def test_what_hangs_on_a_row_is_told_with_it_and_what_is_withheld_is_named() -> None:
    part = {"table": "note", "values": {"text": "osa"}, "parts": []}
    item = ROW | {"values": {"text": "tervik"}, "withheld": ["mood"], "parts": [part]}
    held = OfService.model_validate({"service": "case", "title": "", "words": WORDS, "items": [item]})

    row = Telling(str, {}).service(held)["sections"][0]["rows"][0]

    assert [(pair["label"], pair["value"]) for pair in row["pairs"]] == [
        ("Tekst", "tervik"),
        ("Märge", "Tekst: osa"),
        ("record.withheld", "Tuju"),
    ]


def test_what_stood_on_a_merged_record_reads_as_former_data() -> None:
    items = [ROW, ROW | {"merged_record": CLIENT}]
    held = OfService.model_validate({"service": "case", "title": "", "words": WORDS, "items": items})

    rows = Telling(str, {}).service(held)["sections"][0]["rows"]

    former = [("record.former", "record.merged") in [tuple(pair.values()) for pair in row["pairs"]] for row in rows]
    assert former == [False, True]
