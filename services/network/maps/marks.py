"""The agreed signs of a network map as SVG: signs of members, minus, arrows and ties (004 L2018-2028)."""

from collections.abc import Sequence
from math import cos, hypot, radians, sin, sqrt
from xml.etree.ElementTree import Element, SubElement

from services.network.maps.geometry import ARROW, CENTRE_X, CENTRE_Y, CLIENT, MINUS, SIGN, Spot
from services.network.maps.members import Field, Kind, Member, Movement, Sex

INK, SOFT, PAPER, ALARM, TIE = "#1f2933", "#6b7683", "#ffffff", "#b3261e", "#5b7fa6"

SHADES: dict[Field, tuple[str, str]] = {
    Field.CORE_FAMILY: ("#fdf4dc", "#7a5200"),
    Field.KIN: ("#fbece3", "#8a3f1c"),
    Field.DAILY_LIFE: ("#e8f3ea", "#2c6140"),
    Field.FRIENDS: ("#e5f0f7", "#1f5878"),
    Field.AGENCIES: ("#efedf8", "#4b3f86"),
}
"""Paper and ink of each field: pale enough to print, told apart by number and words as well."""

_BOWS = (0.0, 0.1, -0.1, 0.2, -0.2, 0.32, -0.32)
_Point = tuple[float, float]


def add(parent: Element, tag: str, content: str | None = None, /, **attributes: str | float) -> Element:
    """A child element; underscores in attribute names stand for hyphens, figures are cut to a tenth."""
    told = {
        name.rstrip("_").replace("_", "-"): f"{value:.1f}" if isinstance(value, float) else str(value)
        for name, value in attributes.items()
    }
    child = SubElement(parent, tag, told)
    child.text = printable(content) if content is not None else None
    return child


def printable(text: str) -> str:
    """The text with what XML 1.0 cannot carry (control characters, halves of pairs) shown as a replacement sign."""
    return "".join(letter if _is_xml(ord(letter)) else "\ufffd" for letter in text)


def _is_xml(code: int) -> bool:
    return code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code >= 0x10000


def sign(parent: Element, member: Member, x: float, y: float) -> None:
    """Triangle for a man, circle for a woman, square where the sex is unknown, a full square for an agency."""
    colour = SHADES[member.field][1]
    fill = colour if member.kind is Kind.AGENCY else PAPER
    if member.is_support_person:
        _shape(parent, member.sex, x, y, SIGN + 3.5, fill="none", stroke=colour, stroke_width=1.6)
        _shape(parent, member.sex, x, y, SIGN - 1.5, fill=fill, stroke=colour, stroke_width=2)
    else:
        _shape(parent, member.sex, x, y, SIGN - 1, fill=fill, stroke=colour, stroke_width=2)


def _shape(parent: Element, sex: Sex, x: float, y: float, half: float, **look: str | float) -> None:
    if sex is Sex.FEMALE:
        add(parent, "circle", cx=x, cy=y, r=half, **look)
    elif sex is Sex.MALE:
        side = half * 1.12
        corners = ((x, y - side), (x + side, y + side * 0.8), (x - side, y + side * 0.8))
        points = " ".join(f"{across:.1f},{down:.1f}" for across, down in corners)
        add(parent, "polygon", points=points, stroke_linejoin="round", **look)
    else:
        side = half * 0.9
        add(parent, "rect", x=x - side, y=y - side, width=2 * side, height=2 * side, rx=2, **look)


def number(parent: Element, spot: Spot, figure: int) -> None:
    """The figure under which the member's words stand in the key."""
    ink = PAPER if spot.member.kind is Kind.AGENCY else INK
    drop = 7 if spot.member.sex is Sex.MALE else 4
    add(parent, "text", str(figure), x=spot.x, y=spot.y + drop, font_size=11, text_anchor="middle", fill=ink)


def minus(parent: Element, x: float, y: float, side: int) -> None:
    """A minus in front of (side -1) or behind (1) a member the client is in conflict with."""
    start, end = x + side * (SIGN + 4), x + side * (SIGN + MINUS - 1)
    line = f"M{start:.1f},{y:.1f} H{end:.1f}"
    add(parent, "path", d=line, class_="minus", stroke=ALARM, stroke_width=4, stroke_linecap="round")


def arrow(parent: Element, spot: Spot) -> None:
    """An arrow towards the client for a member who is entering the network, away for one who is leaving."""
    ends = spot.beyond(SIGN + 4), spot.beyond(SIGN + ARROW - 2)
    tail, head = ends if spot.member.movement is Movement.LEAVING else ends[::-1]
    arrow_line(parent, tail, head)


def arrow_line(parent: Element, tail: _Point, head: _Point) -> None:
    """A line with an open head."""
    length = hypot(head[0] - tail[0], head[1] - tail[1])
    along = (head[0] - tail[0]) / length, (head[1] - tail[1]) / length
    barbs = [_turned(head, along, angle) for angle in (150, -150)]
    shaft = f"M{_at(tail)} L{_at(head)} M{_at(barbs[0])} L{_at(head)} L{_at(barbs[1])}"
    look: dict[str, str | float] = {"stroke": INK, "stroke_width": 2.2, "fill": "none", "stroke_linecap": "round"}
    add(parent, "path", d=shaft, class_="arrow", stroke_linejoin="round", **look)


def _turned(point: _Point, along: _Point, angle: float) -> _Point:
    turn_x, turn_y = cos(radians(angle)), sin(radians(angle))
    return (
        point[0] + 8 * (along[0] * turn_x - along[1] * turn_y),
        point[1] + 8 * (along[0] * turn_y + along[1] * turn_x),
    )


def tie(parent: Element, one: Spot, other: Spot, spots: Sequence[Spot]) -> None:
    """A line between two who know each other, bowed where a straight one would run through somebody else."""
    length = hypot(other.x - one.x, other.y - one.y) or 1
    across = (one.y - other.y) / length, (other.x - one.x) / length
    strangers = [(spot.x, spot.y, SIGN + 5) for spot in spots if spot not in (one, other)]
    avoided = [*strangers, (CENTRE_X, CENTRE_Y, CLIENT + 4)]

    def bent(bow: float) -> _Point:
        reach = 2 * bow * length
        return (one.x + other.x) / 2 + across[0] * reach, (one.y + other.y) / 2 + across[1] * reach

    bends = [bent(bow) for bow in _BOWS]
    bend = max(bends, key=lambda bend: min(0.0, _room(one, bend, other, avoided)))
    curve = f"M{one.x:.1f},{one.y:.1f} Q{_at(bend)} {other.x:.1f},{other.y:.1f}"
    add(parent, "path", d=curve, class_="tie")


def _room(one: Spot, bend: _Point, other: Spot, avoided: Sequence[tuple[float, float, float]]) -> float:
    """How clear of everybody else the curve stays; negative where it runs through somebody."""
    points = [_on_curve(one, bend, other, step / 16) for step in range(1, 16)]
    return min(sqrt((x - px) ** 2 + (y - py) ** 2) - room for x, y, room in avoided for px, py in points)


def _on_curve(one: Spot, bend: _Point, other: Spot, part: float) -> _Point:
    rest = 1 - part
    return (
        rest * rest * one.x + 2 * rest * part * bend[0] + part * part * other.x,
        rest * rest * one.y + 2 * rest * part * bend[1] + part * part * other.y,
    )


def _at(point: _Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"
