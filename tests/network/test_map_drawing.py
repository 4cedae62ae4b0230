"""The drawn map: everybody once and in the right place, labels legible, the document sound."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from math import hypot
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.network.labels import LABELS
from services.network.maps import drawing
from services.network.maps.geometry import CENTRE_X, CENTRE_Y, PAGE, SIGN, Box, field_at
from services.network.maps.layout import arranged
from services.network.maps.members import Field, Kind, Member, Movement, Sex, Sketch
from shared.labels import LANGUAGES, Language
from tests.network.sample_map import SAMPLE

SVG = "{http://www.w3.org/2000/svg}"
ONE = replace(SAMPLE, members=[SAMPLE.members[0]], ties=[])

members = st.builds(
    Member,
    field=st.sampled_from(Field),
    distance=st.floats(0.01, 1),
    label=st.text(min_size=1, max_size=60),
    kind=st.sampled_from(Kind),
    sex=st.sampled_from(Sex),
    in_conflict=st.booleans(),
    movement=st.sampled_from(Movement),
    is_support_person=st.booleans(),
)


@st.composite
def sketches(draw: Callable[..., object]) -> Sketch:
    drawn = draw(st.lists(members, max_size=40))
    places = st.integers(0, max(len(drawn) - 1, 0))  # type: ignore[arg-type]
    ties = draw(st.lists(st.tuples(places, places), max_size=12)) if drawn else []
    return replace(SAMPLE, members=drawn, ties=ties)  # type: ignore[arg-type]


def drawn(sketch: Sketch, language: Language = "en") -> Element:
    return fromstring(drawing.svg(sketch, LABELS, language))  # noqa: S314


def marked(page: Element, kind: str) -> list[Element]:
    return [element for element in page.iter() if element.get("class") == kind]


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@settings(max_examples=40, deadline=None)
@given(sketch=sketches(), language=st.sampled_from(LANGUAGES))
def test_any_map_is_a_sound_document_with_every_member_and_tie_drawn_once(sketch: Sketch, language: Language) -> None:
    page = drawn(sketch, language)

    assert [group.get("id") for group in marked(page, "member")] == [f"member-{n}" for n in range(len(sketch.members))]
    assert len(marked(page, "tie")) == len(sketch.ties)
    for group, member in zip(marked(page, "member"), sketch.members, strict=True):
        assert len(marked(group, "minus")) == member.in_conflict
        assert len(marked(group, "arrow")) == (member.movement is not Movement.STABLE)


@settings(max_examples=40, deadline=None)
@given(sketch=sketches())
def test_every_member_stands_wholly_inside_the_sector_of_its_field(sketch: Sketch) -> None:
    for spot in arranged(sketch.members):
        corners = Box(spot.x - SIGN * 0.7, spot.y - SIGN * 0.7, spot.x + SIGN * 0.7, spot.y + SIGN * 0.7).corners()
        assert {field_at(*corner) for corner in corners} == {spot.member.field}


@settings(max_examples=40, deadline=None)
@given(sketch=sketches())
def test_no_label_ever_covers_another_label_or_a_sign_or_leaves_the_page(sketch: Sketch) -> None:
    spots = arranged(sketch.members)
    labels = [spot.label.box for spot in spots if spot.label]
    signs = [box for spot in spots for box in spot.boxes()]

    assert not any(one.touches(other) for one, other in combinations(labels, 2))
    assert not any(label.touches(sign) for label in labels for sign in signs)
    assert all(label.within(PAGE) for label in labels)


def test_labels_do_not_overlap_and_all_find_room_on_the_sample() -> None:
    spots = arranged(SAMPLE.members)

    assert all(spot.is_written for spot in spots)
    boxes = [box for spot in spots for box in [*spot.boxes()[:1], *([spot.label.box] if spot.label else [])]]
    assert not any(one.touches(other) for one, other in combinations(boxes, 2))


def test_who_is_closer_to_the_client_stands_nearer_to_the_middle() -> None:
    sector = [replace(SAMPLE.members[4], distance=distance) for distance in (0.1, 0.4, 0.7, 1.0)]
    away = [hypot(spot.x - CENTRE_X, spot.y - CENTRE_Y) for spot in arranged(sector)]
    assert away == sorted(away)
    assert len(set(away)) == 4


def test_a_crowd_at_one_distance_keeps_apart_and_what_has_no_room_is_numbered_and_listed() -> None:
    crowd = [Member(field=Field.AGENCIES, distance=0.1, label=f"official number {n}") for n in range(40)]
    signs = [spot.boxes()[0] for spot in arranged(crowd)]
    assert not any(one.touches(other) for one, other in combinations(signs, 2))

    page = drawn(replace(SAMPLE, members=crowd, ties=[]))
    shown = [words(element) for element in page.iter(f"{SVG}text")]
    assert [member.label for member in crowd if shown.count(member.label) != 1] == []
    assert "1" in shown


@pytest.mark.parametrize(
    ("change", "shape"),
    [
        ({"sex": Sex.MALE}, "polygon"),
        ({"sex": Sex.FEMALE}, "circle"),
        ({"sex": Sex.UNKNOWN}, "rect"),
        ({"sex": Sex.UNKNOWN, "kind": Kind.AGENCY}, "rect"),
    ],
)
def test_a_man_is_a_triangle_a_woman_a_circle_anybody_else_a_square(change: dict[str, object], shape: str) -> None:
    page = drawn(replace(ONE, members=[replace(ONE.members[0], **change)]))  # type: ignore[arg-type]
    [group] = marked(page, "member")
    assert len(group.findall(f"{SVG}{shape}")) == 1


@pytest.mark.parametrize(("movement", "inwards"), [(Movement.ENTERING, True), (Movement.LEAVING, False)])
def test_an_arrow_points_to_the_client_for_who_enters_and_away_for_who_leaves(
    movement: Movement, inwards: bool
) -> None:
    page = drawn(replace(ONE, members=[replace(ONE.members[0], movement=movement)]))
    [group] = marked(page, "member")
    [arrow] = marked(group, "arrow")
    tail, head = [tuple(map(float, point.split(","))) for point in arrow.get("d", "").replace("M", "L").split("L")[1:3]]
    nearer = hypot(head[0] - CENTRE_X, head[1] - CENTRE_Y) < hypot(tail[0] - CENTRE_X, tail[1] - CENTRE_Y)
    assert nearer == inwards


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", 'a" onload="x', "A & B", "]]>", "\x01\x1b", "\ud800"])
def test_labels_are_text_and_never_markup(label: str) -> None:
    page = drawn(replace(ONE, members=[replace(ONE.members[0], label=label)]))

    tags = {element.tag.removeprefix(SVG) for element in page.iter()}
    assert tags <= {"svg", "title", "desc", "rect", "path", "circle", "polygon", "g", "text", "tspan"}
    assert not any(name.startswith("on") for element in page.iter() for name in element.keys())  # noqa: SIM118
    cleaned = "".join(letter if letter.isprintable() else "\ufffd" for letter in label)
    assert words(marked(page, "member")[0]).startswith(" ".join(cleaned.split()))


@pytest.mark.parametrize(
    ("language", "client", "title", "field"),
    [
        ("et", "klient", "Võrgustikukaart", "Suguvõsa"),
        ("ru", "клиент", "Карта сети", "Родственники"),
        ("en", "client", "Network map", "Kin"),
    ],
)
def test_the_page_speaks_the_language_asked_for(language: Language, client: str, title: str, field: str) -> None:
    page = drawn(SAMPLE, language)
    shown = [words(element) for element in page.iter(f"{SVG}text")]

    assert page.get("lang") == language
    assert client in shown
    assert title in shown
    assert field in shown
    assert not [text for text in shown if text.startswith("map.")]


def test_the_page_can_be_read_without_seeing_it() -> None:
    page = drawn(SAMPLE)
    described = {element.get("id"): words(element) for element in page}

    assert page.get("role") == "img"
    assert described["map-title"] == "Network map"
    assert all(member.label in described["map-description"] for member in SAMPLE.members)
    assert "brother (in conflict with the client)" in described["map-description"]


def test_the_page_stands_alone_and_is_always_the_same() -> None:
    text = drawing.svg(SAMPLE, LABELS, "et")
    assert text == drawing.svg(SAMPLE, LABELS, "et")
    assert text.count("http") == 1
    assert 'xmlns="http://www.w3.org/2000/svg"' in text
