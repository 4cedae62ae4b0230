"""Indices over answers given through the page."""

from typing import Any

import pytest

from services.feedback.indices.rules import Tally
from services.feedback.indices.schemas import IndexOut
from services.feedback.surveys.rules import Nature
from tests.feedback.driver import WORKING_DAY, Feedback


@pytest.fixture(autouse=True)
def on_a_working_day(feedback: Feedback) -> None:
    feedback.set_clock(WORKING_DAY)


async def given(feedback: Feedback, question: str, *scores: int, **contact: Any) -> None:
    """Answers of as many people as there are scores."""
    for score in scores:
        noted = feedback.contact(**contact)
        await feedback.learns_of(noted)
        page = await feedback.answers(await feedback.link(noted), **{question: str(score)})
        assert page.status_code == 200


async def index(
    feedback: Feedback, question: str, nature: str = "voluntary", agency: str = "tamme", **query: str
) -> dict[str, Any]:
    answer = await feedback.get(agency, "/indices", params={"survey": "recommendation", **query})
    (found,) = [
        found for found in answer.json()["indices"] if (found["question"], found["nature"]) == (question, nature)
    ]
    return dict(found)


async def test_the_index_of_ones_own_agency(feedback: Feedback) -> None:
    await given(feedback, "recommendation", 10, 9, 8, 0)
    await given(feedback, "recommendation", 0, 0, agency="unemployment-fund")

    assert await index(feedback, "recommendation") == {
        "question": "recommendation",
        "nature": "voluntary",
        "answers": 4,
        "withheld": False,
        "promoters": {"answers": 2, "share": 0.5},
        "passives": {"answers": 1, "share": 0.25},
        "detractors": {"answers": 1, "share": 0.25},
        "index": 25,
    }
    assert (await index(feedback, "recommendation", agency="unemployment-fund"))["index"] == -100
    assert (await index(feedback, "recommendation", agency="probation"))["index"] is None


async def test_an_index_of_one_service(feedback: Feedback) -> None:
    await given(feedback, "recommendation", 10, service="counselling")
    await given(feedback, "recommendation", 0, service="transport")

    assert (await index(feedback, "recommendation", service="transport"))["index"] == -100
    assert (await index(feedback, "recommendation"))["index"] == 0


async def test_answers_of_people_without_a_choice_are_kept_apart(feedback: Feedback) -> None:
    await given(feedback, "smoothness", 2, nature="enforcement")
    await given(feedback, "smoothness", 9, nature="mandatory")

    assert (await index(feedback, "smoothness", "enforcement"))["index"] == -100
    assert (await index(feedback, "smoothness", "mandatory"))["index"] == 100
    assert (await index(feedback, "recommendation"))["answers"] == 0


async def test_every_scale_of_the_survey_has_an_index_in_each_nature(feedback: Feedback) -> None:
    found = (await feedback.get("tamme", "/indices", params={"survey": "recommendation"})).json()

    assert [(index["nature"], index["question"], index["index"]) for index in found["indices"]] == [
        ("voluntary", "recommendation", None),
        ("voluntary", "satisfaction", None),
        ("mandatory", "smoothness", None),
        ("mandatory", "satisfaction", None),
        ("enforcement", "smoothness", None),
        ("enforcement", "satisfaction", None),
    ]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"survey": "recommendation", "agency": "tamme"}, 200),
        ({"survey": "recommendation", "agency": "unemployment-fund"}, 403),
        ({"survey": "happiness"}, 404),
        ({}, 422),
        ({"survey": "recommendation", "service": "x" * 81}, 422),
        ({"survey": "recommendation", "agency": "Ä"}, 422),
        ({"survey": "\x00"}, 404),
        ({"survey": "recommendation", "service": "\x00"}, 422),
    ],
    ids=str,
)
async def test_what_may_be_asked_of_indices(feedback: Feedback, query: dict[str, str], status: int) -> None:
    assert (await feedback.get("tamme", "/indices", params=query)).status_code == status


async def test_no_answer_of_one_person_is_entered_as_read_when_an_index_is(feedback: Feedback) -> None:
    await given(feedback, "recommendation", 10)
    before = await feedback.count("access_log")

    await index(feedback, "recommendation")

    assert await feedback.count("access_log") == before


@pytest.mark.parametrize(("answers", "withheld"), [(0, False), (1, True), (4, True), (5, False)])
def test_below_the_minimum_an_index_is_withheld(answers: int, withheld: bool) -> None:
    shown = IndexOut.of("recommendation", Nature.VOLUNTARY, Tally(answers, 0, 0), minimum=5)

    assert shown.withheld is withheld
    assert shown.answers == answers
    assert (shown.index is None) is (withheld or answers == 0)
    assert (shown.promoters is None) is withheld
