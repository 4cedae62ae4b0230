"""When two records may be made one, what is taken of which, and when it may be undone, as tables."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.case.merges import rules
from services.case.merges.rules import Facts, Side, Standing
from tests.case.unmet import codes

SEEN = Standing(visible=True)
UNSEEN = Standing(visible=False)
READ = Standing(visible=True, held=False)
GONE = Standing(visible=True, merged=True)
CLOSED = Standing(visible=True, restricted=True)
FADING = Standing(visible=True, being_erased=True)
CLAIMED = Standing(visible=True, has_claims=True)
FIELDS = ("/identity/first_name", "/identity/date_of_birth", "/contact/phone")
ANNA = Facts(
    {"/identity/first_name": "Anna", "/identity/date_of_birth": date(1980, 1, 1), "/contact/phone": None},
    has_personal_code=False,
    agencies_at_work=frozenset({"tamme"}),
)
ANNE = Facts(
    {"/identity/first_name": "Anne", "/identity/date_of_birth": date(1980, 1, 2), "/contact/phone": "5"},
    has_personal_code=False,
    agencies_at_work=frozenset(),
)


@pytest.mark.parametrize(
    ("survivor", "merged", "are_one", "unmet"),
    [
        (SEEN, SEEN, False, []),
        (SEEN, SEEN, True, ["merge.same-record"]),
        (UNSEEN, SEEN, False, ["merge.not-visible"]),
        (SEEN, UNSEEN, False, ["merge.not-visible"]),
        (READ, SEEN, False, ["client.for-reading-only"]),
        (SEEN, READ, False, ["client.for-reading-only"]),
        (GONE, SEEN, False, ["merge.already-merged"]),
        (SEEN, GONE, False, ["merge.already-merged"]),
        (CLOSED, SEEN, False, ["merge.restricted"]),
        (SEEN, CLOSED, False, ["merge.restricted"]),
        (FADING, SEEN, False, ["merge.erasure-under-way"]),
        (SEEN, FADING, False, ["merge.erasure-under-way"]),
        (CLAIMED, SEEN, False, []),
        (SEEN, CLAIMED, False, ["merge.rectification-open"]),
    ],
)
def test_records_that_cannot_be_merged(survivor: Standing, merged: Standing, are_one: bool, unmet: list[str]) -> None:
    assert codes(rules.unmet(survivor, merged, are_one=are_one)) == unmet


@pytest.mark.parametrize(
    ("choices", "unmet"),
    [
        ({}, []),
        ({"/contact/phone": Side.MERGED, "/identity/first_name": Side.SURVIVOR}, []),
        ({"/contact/telegram": Side.MERGED}, ["merge.choice-unknown"]),
        ({"/health/insured": Side.MERGED}, ["merge.choice-not-seen"]),
    ],
)
def test_choices_that_cannot_be_made(choices: dict[str, Side], unmet: list[str]) -> None:
    assert codes(rules.choices_unmet(choices, ANNA, ANNE, (*FIELDS, "/health/insured"))) == unmet


@pytest.mark.parametrize(
    ("side", "with_code", "day", "unmet"),
    [
        (Side.MERGED, (True, False), 2, ["merge.birth-date-of-code"]),
        (Side.MERGED, (True, True), 2, ["merge.birth-date-of-code"]),
        (Side.SURVIVOR, (False, True), 2, ["merge.birth-date-of-code"]),
        (Side.MERGED, (True, False), 1, []),
        (Side.MERGED, (False, False), 2, []),
        (Side.MERGED, (False, True), 2, []),
        (Side.SURVIVOR, (True, True), 2, []),
    ],
)
def test_no_choice_goes_against_the_personal_code(
    side: Side, with_code: tuple[bool, bool], day: int, unmet: list[str]
) -> None:
    survivor = replace(ANNA, has_personal_code=with_code[0])
    values = dict(ANNE.values) | {rules.BIRTH: date(1980, 1, day)}
    merged = replace(ANNE, values=values, has_personal_code=with_code[1])
    assert codes(rules.choices_unmet({rules.BIRTH: side}, survivor, merged, FIELDS)) == unmet


@pytest.mark.parametrize(
    ("with_code", "born"),
    [((False, False), {}), ((False, True), {rules.BIRTH: Side.MERGED}), ((True, True), {rules.BIRTH: Side.SURVIVOR})],
)
def test_the_date_of_birth_is_that_of_the_record_whose_code_will_stand(
    with_code: tuple[bool, bool], born: dict[str, Side]
) -> None:
    survivor, merged = (replace(one, has_personal_code=has) for one, has in zip((ANNA, ANNE), with_code, strict=True))
    assert rules.with_birth_date({"/contact/phone": Side.MERGED}, survivor, merged) == {
        "/contact/phone": Side.MERGED,
        **born,
    }


def test_a_refused_choice_is_pointed_at() -> None:
    (lack,) = rules.choices_unmet({"/contact/telegram": Side.MERGED}, ANNA, ANNE, FIELDS)
    assert lack.pointer == "/choices/~1contact~1telegram"


def test_what_was_chosen_of_the_merged_record_and_differs_is_taken() -> None:
    chosen = {"/contact/phone": Side.MERGED, "/identity/first_name": Side.SURVIVOR}
    assert rules.taken(chosen, ANNA, ANNE) == {"/contact/phone": "5"}
    assert rules.taken(dict.fromkeys(FIELDS, Side.MERGED), ANNA, ANNA) == {}


@pytest.mark.parametrize(
    ("one", "other", "doubts"),
    [
        ({}, {"values": ANNA.values}, []),
        ({}, {"values": dict(ANNE.values) | {rules.BIRTH: None}}, []),
        ({}, {}, ["merge.birth-dates-differ"]),
        ({}, {"values": ANNA.values, "agencies_at_work": frozenset({"tamme", "fund"})}, ["merge.two-open-cases"]),
        (
            {"has_personal_code": True},
            {"values": ANNA.values, "has_personal_code": True},
            ["merge.two-personal-codes"],
        ),
    ],
)
def test_what_speaks_for_looking_twice(one: dict[str, Any], other: dict[str, Any], doubts: list[str]) -> None:
    assert rules.warnings(replace(ANNA, **one), replace(ANNE, **other)) == doubts


@pytest.mark.parametrize(
    ("undone", "survivor_merged", "is_latest", "unmet"),
    [
        (False, False, True, []),
        (True, False, False, ["merge.already-undone"]),
        (False, True, True, ["merge.survivor-merged"]),
        (False, False, False, ["merge.not-latest"]),
    ],
)
def test_merges_that_cannot_be_undone(undone: bool, survivor_merged: bool, is_latest: bool, unmet: list[str]) -> None:
    assert codes(rules.reversal_unmet(undone=undone, survivor_merged=survivor_merged, is_latest=is_latest)) == unmet


@pytest.mark.parametrize(
    ("survivor", "seen", "unmet"),
    [
        (Standing(visible=True), True, []),
        (Standing(visible=True), False, ["merge.choice-not-seen"]),
        (Standing(visible=True, held=False), True, ["client.for-reading-only"]),
        (Standing(visible=True, restricted=True), True, ["merge.restricted"]),
        (Standing(visible=False), False, ["merge.not-visible"]),
    ],
)
def test_who_cannot_put_back_what_was_taken(survivor: Standing, seen: bool, unmet: list[str]) -> None:
    assert codes(rules.taking_back_unmet(survivor, taken_seen=seen)) == unmet
