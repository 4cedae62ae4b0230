"""The network map as one SVG page: the map on the left, its key on the right, in Estonian, Russian or English.

The client stands in the middle and is not named: a page that is printed and left behind names nobody's client.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, tostring

from services.network.maps import ground, key, marks
from services.network.maps.geometry import LABEL_SIZE, LINE, Label, Spot
from services.network.maps.key import Words
from services.network.maps.layout import arranged
from services.network.maps.members import Field, Member, Movement, Sketch
from shared.labels import Labels, Language

_WIDTH, _HEIGHT = 1414, 1000
_FONT = "Helvetica, Arial, 'DejaVu Sans', 'Liberation Sans', sans-serif"


def svg(sketch: Sketch, labels: Labels, language: Language) -> str:
    """The map as a stand-alone SVG document; the same map and language always give the same text."""

    def words(code: str) -> str:
        return labels.text(code, language)

    titles = {field: ground.Title.of(field, words) for field in Field}
    spots = arranged(sketch.members, [title.box for title in titles.values()])
    unwritten = [spot for spot in spots if not spot.is_written]
    page = _page(sketch, words, language)
    ground.draw(page, titles)
    _ties(page, sketch, spots)
    ground.client(page, words)
    for place, spot in enumerate(spots):
        _member(page, place, spot, unwritten, words)
    bottom = key.draw(page, sketch, unwritten, words)
    page.set("viewBox", f"0 0 {_WIDTH} {max(_HEIGHT, round(bottom) + 30)}")
    return tostring(page, encoding="unicode")


def _page(sketch: Sketch, words: Words, language: Language) -> Element:
    page = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "lang": language})
    page.set("aria-labelledby", "map-title map-description")
    page.set("font-family", _FONT)
    page.set("fill", marks.INK)
    marks.add(page, "title", words("map.title"), id="map-title")
    marks.add(page, "desc", _description(sketch, words), id="map-description")
    marks.add(page, "rect", width="100%", height="100%", fill=marks.PAPER)
    return page


def _description(sketch: Sketch, words: Words) -> str:
    """The whole map in words, field by field, for those who cannot see it."""
    fields = []
    for field in Field:
        members = [_in_words(member, words) for member in sketch.members if member.field is field]
        fields.append(f"{int(field)} {words(f'map.field.{field}')}: {'; '.join(members) or '–'}.")
    return " ".join(fields)


def _in_words(member: Member, words: Words) -> str:
    traits = [
        ("map.key.conflict", member.in_conflict),
        ("map.key.entering", member.movement is Movement.ENTERING),
        ("map.key.leaving", member.movement is Movement.LEAVING),
        ("map.key.support-person", member.is_support_person),
    ]
    told = [words(code) for code, holds in traits if holds]
    return f"{member.label} ({', '.join(told)})" if told else member.label


def _ties(page: Element, sketch: Sketch, spots: Sequence[Spot]) -> None:
    group = marks.add(page, "g", id="ties", fill="none", stroke=marks.TIE, stroke_width=1.6, stroke_opacity=0.75)
    for one, other in sketch.ties:
        marks.tie(group, spots[one], spots[other], spots)


def _member(page: Element, place: int, spot: Spot, unwritten: Sequence[Spot], words: Words) -> None:
    group = marks.add(page, "g", id=f"member-{place}", class_="member")
    marks.add(group, "title", _in_words(spot.member, words))
    marks.sign(group, spot.member, spot.x, spot.y)
    if spot.minus_side:
        marks.minus(group, spot.x, spot.y, spot.minus_side)
    if spot.member.movement is not Movement.STABLE:
        marks.arrow(group, spot)
    if spot.is_written and spot.label:
        _write(group, spot.label)
    else:
        marks.number(group, spot, unwritten.index(spot) + 1)


def _write(group: Element, label: Label) -> None:
    """The label with a light edge, so that it can be read across a line."""
    halo: dict[str, str | float] = {
        "stroke": marks.PAPER,
        "stroke_width": 3.5,
        "stroke_linejoin": "round",
        "paint_order": "stroke",
    }
    text = marks.add(group, "text", class_="label", text_anchor=label.anchor, font_size=LABEL_SIZE, **halo)
    for place, line in enumerate(label.lines):
        marks.add(text, "tspan", line, x=label.x, y=label.y + place * LINE)
