"""What a network map is drawn on: five shaded fields with their titles, rings of distance, the client in the middle."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians, sin
from textwrap import wrap
from xml.etree.ElementTree import Element

from services.network.maps import marks
from services.network.maps.geometry import (
    CENTRE_X,
    CENTRE_Y,
    CLIENT,
    FAR,
    SECTORS,
    SIGN,
    Box,
    radius,
    text_width,
)
from services.network.maps.key import Words
from services.network.maps.members import Field

_EDGE = FAR + SIGN + 9
_SIZE, _LINE, _BADGE, _COLUMN = 17.0, 21.0, 13.0, 17
_CORNERS: dict[Field, tuple[float, float, str]] = {
    Field.CORE_FAMILY: (22, 30, "start"),
    Field.KIN: (978, 30, "end"),
    Field.DAILY_LIFE: (22, 924, "start"),
    Field.FRIENDS: (CENTRE_X, 968, "middle"),
    Field.AGENCIES: (978, 924, "end"),
}


@dataclass(frozen=True, slots=True)
class Title:
    """A field's number and name, set in lines in its corner of the page."""

    field: Field
    lines: tuple[str, ...]
    box: Box

    @classmethod
    def of(cls, field: Field, words: Words) -> "Title":
        """The title in the language of the drawing; the lowest one has the width of the page to itself."""
        x, y, anchor = _CORNERS[field]
        lines = tuple(wrap(words(f"map.field.{field}"), 60 if anchor == "middle" else _COLUMN))
        width = 2 * _BADGE + 8 + max(text_width(line, _SIZE) for line in lines)
        left = x - {"start": 0, "middle": width / 2, "end": width}[anchor]
        return cls(field, lines, Box(left, y - _BADGE, left + width, y + _LINE * len(lines) - _BADGE + 6))


def draw(page: Element, titles: Mapping[Field, Title]) -> None:
    """Fields, rings of distance and titles."""
    for field, sector in SECTORS.items():
        marks.add(page, "path", d=_wedge(*sector), fill=marks.SHADES[field][0], stroke=marks.PAPER, stroke_width=3)
    for part in (0.25, 0.5, 0.75, 1.0):
        look = {"fill": "none", "stroke": "#c3c9d1", "stroke_dasharray": "2 6"}
        marks.add(page, "circle", cx=CENTRE_X, cy=CENTRE_Y, r=radius(part), **look)
    for title in titles.values():
        _write(page, title)


def client(page: Element, words: Words) -> None:
    """The client: in the middle, by that word alone."""
    group = marks.add(page, "g", id="client")
    marks.add(group, "circle", cx=CENTRE_X, cy=CENTRE_Y, r=CLIENT, fill=marks.INK)
    look = {"fill": marks.PAPER, "font_weight": "bold", "text_anchor": "middle"}
    marks.add(group, "text", words("map.client"), x=CENTRE_X, y=CENTRE_Y + 5, font_size=15, **look)


def _wedge(start: float, end: float) -> str:
    first, last = _rim(start), _rim(end)
    return f"M{CENTRE_X:.1f},{CENTRE_Y:.1f} L{first} A{_EDGE:.1f},{_EDGE:.1f} 0 0 0 {last} Z"


def _rim(angle: float) -> str:
    return f"{CENTRE_X + _EDGE * cos(radians(angle)):.1f},{CENTRE_Y - _EDGE * sin(radians(angle)):.1f}"


def _write(page: Element, title: Title) -> None:
    group = marks.add(page, "g", class_="field", fill=marks.SHADES[title.field][1])
    x, y = title.box.left + _BADGE, title.box.top + _BADGE
    marks.add(group, "circle", cx=x, cy=y, r=_BADGE)
    look = {"fill": marks.PAPER, "font_weight": "bold", "text_anchor": "middle"}
    marks.add(group, "text", str(int(title.field)), x=x, y=y + 5, font_size=15, **look)
    for place, line in enumerate(title.lines):
        down = y + 6 + _LINE * place
        marks.add(group, "text", line, x=x + _BADGE + 8, y=down, font_size=_SIZE, font_weight="bold")
