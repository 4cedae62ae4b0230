"""When a network map can be kept as drawn."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.network.maps import rules
from services.network.maps.members import Field, Hand, Kind, Member, Sex, Sketch
from services.network.maps.rules import Predecessor
from shared.rules import Unmet

TODAY = date(2026, 3, 3)
MOTHER = Member(field=Field.CORE_FAMILY, distance=0.2, label="mother", sex=Sex.FEMALE, lives_with_client=True)
UNCLE = Member(field=Field.KIN, distance=0.7, label="uncle", sex=Sex.MALE)
FUND = Member(field=Field.AGENCIES, distance=0.9, label="fund", kind=Kind.AGENCY)
SKETCH = Sketch(drawn_on=TODAY, drawn_by=Hand.CLIENT, members=[MOTHER, UNCLE, FUND], ties=[(0, 1)])
EARLIER = Predecessor(is_of_same_client=True, drawn_on=TODAY - timedelta(days=90), is_superseded=False)


def codes(unmet: list[Unmet]) -> list[str]:
    return [one.code for one in unmet]


def test_a_map_in_the_handbooks_notation_is_kept() -> None:
    assert rules.unmet(SKETCH, EARLIER, TODAY) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"drawn_on": TODAY + timedelta(days=1)}, "map.drawn-in-future"),
        ({"assisted_by": Hand.CLIENT}, "map.client-assists"),
        ({"members": [replace(MOTHER, lives_with_client=False), UNCLE]}, "map.core-family-lives-elsewhere"),
        ({"members": [MOTHER, replace(UNCLE, lives_with_client=True)]}, "map.housemate-outside-core-family"),
        ({"members": [MOTHER, replace(FUND, sex=Sex.FEMALE)]}, "map.agency-with-sex"),
        ({"members": [MOTHER, replace(MOTHER, kind=Kind.AGENCY, sex=Sex.UNKNOWN)]}, "map.agency-under-roof"),
        ({"ties": [(0, 3)]}, "map.tie-to-nobody"),
        ({"ties": [(1, 1)]}, "map.tie-to-self"),
        ({"ties": [(0, 1), (1, 0)]}, "map.tie-drawn-twice"),
    ],
)
def test_maps_that_cannot_be_kept(change: dict[str, object], code: str) -> None:
    assert codes(rules.unmet(replace(SKETCH, **change), None, TODAY)) == [code]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"is_of_same_client": False}, "map.supersedes-other-client"),
        ({"drawn_on": TODAY + timedelta(days=1)}, "map.older-than-superseded"),
        ({"is_superseded": True}, "map.superseded-twice"),
    ],
)
def test_maps_that_cannot_take_anothers_place(change: dict[str, object], code: str) -> None:
    assert codes(rules.unmet(SKETCH, replace(EARLIER, **change), TODAY)) == [code]  # type: ignore[arg-type]


def test_an_unmet_condition_points_at_the_member_it_is_about() -> None:
    wrong = replace(SKETCH, members=[MOTHER, UNCLE, replace(UNCLE, lives_with_client=True)])
    assert [unmet.pointer for unmet in rules.unmet(wrong, None, TODAY)] == ["/members/2/field"]


@given(field=st.sampled_from(Field), lives_with_client=st.booleans())
def test_living_under_one_roof_and_field_one_are_the_same_thing(field: Field, lives_with_client: bool) -> None:
    member = Member(field=field, distance=0.5, label="x", lives_with_client=lives_with_client)
    unmet = rules.unmet(Sketch(drawn_on=TODAY, drawn_by=Hand.CLIENT, members=[member]), None, TODAY)
    assert (not unmet) == (lives_with_client == (field is Field.CORE_FAMILY))


@given(ties=st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), max_size=8))
def test_ties_are_kept_only_where_each_joins_two_members_once(ties: list[tuple[int, int]]) -> None:
    joins = [frozenset(tie) for tie in ties]
    sound = all(len(join) == 2 and join <= {0, 1, 2} for join in joins) and len(set(joins)) == len(joins)
    assert (rules.unmet(replace(SKETCH, ties=ties), None, TODAY) == []) == sound
