"""The recommendation index over counts of answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.feedback.indices.rules import Tally, index, share, tally

counts = st.integers(0, 100_000)
tallies = st.builds(Tally, promoters=counts, passives=counts, detractors=counts)


@pytest.mark.parametrize(
    ("score", "group"),
    [
        *((score, Tally(0, 0, 1)) for score in range(7)),
        (7, Tally(0, 1, 0)),
        (8, Tally(0, 1, 0)),
        (9, Tally(1, 0, 0)),
        (10, Tally(1, 0, 0)),
    ],
)
def test_every_score_belongs_to_one_group(score: int, group: Tally) -> None:
    assert tally({score: 1}) == group


@pytest.mark.parametrize(
    ("counted", "points"),
    [
        pytest.param(Tally(50, 20, 30), 20, id="the source's own example"),
        pytest.param(Tally(7, 0, 0), 100, id="all promoters"),
        pytest.param(Tally(0, 0, 7), -100, id="all detractors"),
        pytest.param(Tally(4, 9, 4), 0, id="as many of each"),
        pytest.param(Tally(0, 5, 0), 0, id="passives stay in the denominator"),
        pytest.param(Tally(1, 7, 0), 13, id="12.5 away from zero"),
        pytest.param(Tally(0, 7, 1), -13, id="-12.5 away from zero"),
        pytest.param(Tally(1, 2, 0), 33, id="33.3 down"),
        pytest.param(Tally(2, 1, 0), 67, id="66.7 up"),
        pytest.param(Tally(0, 0, 0), None, id="nobody answered"),
    ],
)
def test_the_index_in_points(counted: Tally, points: int | None) -> None:
    assert index(counted) == points


@given(counted=tallies)
def test_mirrored_answers_give_a_mirrored_index(counted: Tally) -> None:
    mirrored = Tally(counted.detractors, counted.passives, counted.promoters)
    points = index(counted)

    assert index(mirrored) == (None if points is None else -points)


@given(counted=tallies)
def test_the_index_is_within_half_a_point_of_the_exact_value(counted: Tally) -> None:
    points = index(counted)

    if points is not None:
        assert -100 <= points <= 100
        error = abs(points * counted.answers - 100 * (counted.promoters - counted.detractors))
        assert 2 * error <= counted.answers


@given(counted=tallies.filter(lambda t: t.detractors > 0))
def test_a_detractor_won_over_never_lowers_the_index(counted: Tally) -> None:
    better = Tally(counted.promoters, counted.passives + 1, counted.detractors - 1)

    assert (index(better) or 0) >= (index(counted) or 0)


def test_shares_are_parts_of_one() -> None:
    assert [share(part, 3) for part in (0, 1, 3)] == [0.0, 0.3333, 1.0]
    assert share(0, 0) is None
