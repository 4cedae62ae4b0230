"""Display-only values cannot be turned into anything that is kept; only an answer that is not kept opens them."""

import copy
import pickle
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

import orjson
import pytest
import structlog
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError
from sqlalchemy.exc import DBAPIError, StatementError

from shared.events.envelope import Event
from shared.http.display import Displayed, DisplayOnly, MayNotBeKept
from shared.ids import new_id
from tests.shared.conftest import Lines
from tests.shared.diary import Entry
from tests.support.service import Running

VALUE = "Kase tn 12345-6"


class Shown(BaseModel):
    """An answer with display-only values."""

    address: DisplayOnly[str]
    since: DisplayOnly[date]


class Planted(Event):
    """An event into which somebody has put a display-only value."""

    kind: ClassVar[str] = "diary.entry.planted"
    text: DisplayOnly[str]


SECRET = DisplayOnly(VALUE)
SHOWN = Shown(address=SECRET, since=DisplayOnly(date(2020, 1, 1)))
ATTEMPTS: dict[str, Callable[[], Any]] = {
    "as text": lambda: str(SECRET),
    "in a text": lambda: f"lives at {SECRET}",
    "formatted": lambda: "%s" % SECRET,  # noqa: UP031
    "joined": lambda: "".join([SECRET]),  # type: ignore[list-item]
    "as bytes": lambda: bytes(SECRET),
    "letter by letter": lambda: list(SECRET),
    "compared": lambda: SECRET == VALUE,
    "as a key of a cache": lambda: {SECRET: 1},
    "copied": lambda: copy.copy(SECRET),
    "pickled": lambda: pickle.dumps(SECRET),
    "as JSON": lambda: orjson.dumps(SECRET),
    "as JSON by its text": lambda: orjson.dumps(SECRET, default=str),
    "dumped": SHOWN.model_dump,
    "dumped as JSON": SHOWN.model_dump_json,
    "in an event": lambda: Planted(text=SECRET).model_dump(mode="json"),
}


@pytest.mark.parametrize("how", ATTEMPTS)
def test_a_value_cannot_be_made_into_what_can_be_kept(how: str) -> None:
    with pytest.raises((MayNotBeKept, TypeError, PydanticSerializationError)) as refusal:
        ATTEMPTS[how]()
    assert VALUE not in str(refusal.value)


def test_an_answer_shows_it_and_may_not_be_stored() -> None:
    answer = Displayed(SHOWN)
    assert orjson.loads(bytes(answer.body)) == {"address": VALUE, "since": "2020-01-01"}
    assert answer.headers["cache-control"] == "no-store"


def test_it_hides_itself_where_programs_show_their_variables() -> None:
    assert VALUE not in f"{SHOWN!r} {SECRET!r} {vars(SHOWN)!r}"
    assert Shown.model_json_schema()["properties"]["address"]["type"] == "string"


def test_a_plain_value_is_not_taken_for_one() -> None:
    with pytest.raises(ValidationError):
        Shown.model_validate({"address": VALUE, "since": date(2020, 1, 1)})


@pytest.mark.asyncio(loop_scope="session")
async def test_it_cannot_be_bound_to_a_column(diary: Running) -> None:
    async with diary.work() as work:
        work.add(Entry(text=SECRET, owner_agency="tamme", client_id=new_id(), category="journal"))
        with pytest.raises((DBAPIError, StatementError)) as refusal:
            await work.commit()
    assert VALUE not in str(refusal.value)


def test_it_cannot_be_put_into_a_log_line(lines: Lines) -> None:
    with pytest.raises(MayNotBeKept):
        structlog.get_logger("diary").info("looked up", address=SECRET)
    assert lines() == []
