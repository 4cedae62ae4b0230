"""Reading a filled-in survey page."""

import pytest

from services.feedback.answers.rules import LONGEST_TEXT, read
from services.feedback.surveys.definitions import Question
from services.feedback.surveys.library import load_library
from services.feedback.surveys.rules import Nature


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    survey = load_library().find("recommendation")
    assert survey is not None
    return list(survey.asked(Nature.VOLUNTARY))


def test_a_full_page_is_read(questions: list[Question]) -> None:
    reading = read(questions, {"recommendation": "10", "satisfaction": "0", "comment": "  Aitäh! "})

    assert reading.faults == {}
    assert reading.scores == {"recommendation": 10, "satisfaction": 0}
    assert reading.texts == {"comment": "Aitäh!"}


def test_only_the_leading_question_must_be_answered(questions: list[Question]) -> None:
    reading = read(questions, {"recommendation": "7"})

    assert (reading.scores, reading.texts, reading.faults) == ({"recommendation": 7}, {}, {})


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ({}, {"recommendation": "answer.missing"}),
        ({"recommendation": " "}, {"recommendation": "answer.missing"}),
        ({"recommendation": "11"}, {"recommendation": "answer.not-on-scale"}),
        ({"recommendation": "-1"}, {"recommendation": "answer.not-on-scale"}),
        ({"recommendation": "07"}, {"recommendation": "answer.not-on-scale"}),
        ({"recommendation": "٧"}, {"recommendation": "answer.not-on-scale"}),
        ({"recommendation": "9", "satisfaction": "x"}, {"satisfaction": "answer.not-on-scale"}),
        ({"recommendation": "9", "comment": "a\x00b"}, {"comment": "answer.unreadable"}),
        ({"recommendation": "9", "comment": "a" * (LONGEST_TEXT + 1)}, {"comment": "answer.too-long"}),
    ],
)
def test_what_is_wrong_is_told_by_question(
    questions: list[Question], typed: dict[str, str], faults: dict[str, str]
) -> None:
    assert read(questions, typed).faults == faults


def test_a_question_of_another_nature_is_ignored(questions: list[Question]) -> None:
    reading = read(questions, {"recommendation": "9", "smoothness": "3", "agency": "other"})

    assert (reading.scores, reading.texts) == ({"recommendation": 9}, {})
