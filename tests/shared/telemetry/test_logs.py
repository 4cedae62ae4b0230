"""Log lines: one JSON object each, with nothing in it that a person could be known by."""

import asyncio
import json
import logging

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.telemetry.logs import REDACTED, redacted
from tests.shared.conftest import Lines
from tests.shared.diary import SECRET

CODE = "49001010000"


PLACES = {
    "alone": CODE,
    "in a sentence": f"no client {CODE} here",
    "after letters": f"code{CODE}",
    "in quotes": f"'{CODE}'",
    "in a path": f"/clients/{CODE}/cases",
    "as a number": int(CODE),
    "in a list": ["a", CODE],
    "in a mapping": {"client": {"code": CODE}},
    "in a tuple in a list": [("x", CODE)],
    "twice": f"{CODE},{CODE}",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_personal_code_is_taken_out_wherever_it_stands(place: str, lines: Lines) -> None:
    structlog.get_logger("test").info("noted", what=PLACES[place])
    (line,) = lines()
    assert CODE not in json.dumps(line)
    assert REDACTED in json.dumps(line)


@settings(deadline=None)
@given(st.uuids().map(str) | st.binary(min_size=16, max_size=16).map(bytes.hex) | st.just("0" + CODE + "a" * 20))
def test_ids_and_traces_are_left_whole(id_: str) -> None:
    event = {"request_id": id_, "event": f"client {id_} merged"}
    assert redacted(None, "info", event) == event


@pytest.mark.parametrize("text", ["123", "12345678901234567890", "2026-11-22T06:46:00.123456Z", "0.5", ""])
def test_other_figures_are_left_whole(text: str) -> None:
    assert redacted(None, "info", {"event": text}) == {"event": text}


def test_a_library_that_quotes_a_personal_code_is_redacted(lines: Lines) -> None:
    logging.getLogger("some.library").warning("bad value %s", CODE)
    (line,) = lines()
    assert line["event"] == f"bad value {REDACTED}"


@pytest.mark.parametrize("logger", ["sidus", "library", "uvicorn.error"])
def test_an_exception_is_told_by_its_type_and_places_only(logger: str, lines: Lines) -> None:
    try:
        raise ValueError(f"{SECRET} was typed") from KeyError(SECRET)
    except ValueError as error:
        if logger == "sidus":
            structlog.get_logger("test").error("failed", exc_info=error)
        else:
            logging.getLogger(logger).error("failed", exc_info=error)
    (line,) = lines()
    assert line["error"] == "ValueError"
    assert any("test_logs.py" in place for place in line["places"])
    assert SECRET not in json.dumps(line)


async def test_a_forgotten_task_that_failed_quotes_nothing(lines: Lines) -> None:
    async def fail() -> None:
        raise ValueError(f"{SECRET} was typed")

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    said = lines()
    assert [line["event"] for line in said if "never retrieved" in line["event"]]
    assert SECRET not in json.dumps(said)


def test_uvicorns_access_log_is_silent_for_it_names_whole_paths(lines: Lines) -> None:
    logging.getLogger("uvicorn.access").info('"GET /clients?name=%s"', SECRET)
    assert lines() == []


def test_a_line_names_its_service_moment_level_and_logger(lines: Lines) -> None:
    structlog.get_logger("test").warning("noted")
    (line,) = lines()
    assert line.keys() == {"event", "level", "logger", "service", "timestamp"}
    assert (line["service"], line["level"], line["logger"]) == ("diary", "warning", "test")
