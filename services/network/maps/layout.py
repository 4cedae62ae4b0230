"""Where members and their labels stand: true to field and distance, out of each other's way. Pure geometry."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from math import asin, degrees, hypot, radians, sin
from textwrap import wrap

from services.network.maps.geometry import (
    CLIENT_BOX,
    FAR,
    LABEL_LINES,
    LABEL_SIZE,
    LABEL_WIDTH,
    LINE,
    NEAR,
    PAGE,
    SECTORS,
    SIGN,
    Box,
    Label,
    Spot,
    field_at,
    radius,
    text_width,
)
from services.network.maps.members import Field, Member

_ANGLES = 15
_NUDGES = (0, 8, -8, 16, -16, *range(28, int(FAR - NEAR), 12))
_WIDE = 2.4


def arranged(members: Sequence[Member], reserved: Sequence[Box] = ()) -> list[Spot]:
    """A spot for every member, in the order given. Labels keep clear of signs, of each other and of `reserved`."""
    spots: dict[int, Spot] = {}
    for place in sorted(range(len(members)), key=lambda place: members[place].distance):
        spots[place] = _stood(members[place], list(spots.values()), reserved)
    standing = [spots[place] for place in range(len(members))]
    return _labelled(standing, reserved)


def _stood(member: Member, others: Sequence[Spot], reserved: Sequence[Box]) -> Spot:
    """The freest free place at the member's distance; where the ring is full, as little off it as needed."""
    taken = [box for spot in others for box in spot.boxes()] + [*reserved, CLIENT_BOX]
    rings = (_ring(member, min(max(radius(member.distance) + nudge, NEAR), FAR)) for nudge in _NUDGES)
    candidates = (spot for ring in rings for spot in sorted(ring, key=lambda spot: -_clearance(spot, others)))
    fullest = next(candidates)
    free = (spot for spot in chain([fullest], candidates) if not _collides(spot.boxes(), taken))
    return next(free, fullest)


def _collides(boxes: Sequence[Box], taken: Sequence[Box]) -> bool:
    return any(box.touches(other) for box in boxes for other in taken)


def _ring(member: Member, at: float) -> Iterator[Spot]:
    """Places in the member's sector at one radius, the middle first."""
    start, end = SECTORS[member.field]
    margin = degrees(asin((SIGN + 3) / at))
    middle, half = (start + end) / 2, (end - start) / 2 - margin
    for step in range(_ANGLES):
        side = 1 if step % 2 else -1
        yield Spot.of(member, middle + side * half * ((step + 1) // 2) / (_ANGLES // 2), at)


def _clearance(spot: Spot, others: Sequence[Spot]) -> float:
    """Distance to the nearest member or border, counting height more than width since labels are wide."""
    start, end = SECTORS[spot.member.field]
    border = spot.radius * sin(radians(min(spot.angle - start, end - spot.angle)))
    return min([border, *(hypot((spot.x - other.x) / _WIDE, spot.y - other.y) for other in others)])


def _labelled(spots: Sequence[Spot], reserved: Sequence[Box]) -> list[Spot]:
    """The spots with their labels, each where it is in nobody's way; those that find no room go without."""
    taken = [box for spot in spots for box in spot.boxes()] + [*reserved, CLIENT_BOX]
    labelled: list[Spot] = []
    for spot in spots:
        free = [label for label in _labels(spot) if label.box.within(PAGE) and not _collides([label.box], taken)]
        label = min(free, key=lambda label: _strays(label, spot.member.field), default=None)
        if label:
            taken.append(label.box)
        labelled.append(replace(spot, label=label))
    return labelled


def _strays(label: Label, field: Field) -> bool:
    """Whether the label reaches into a neighbouring field."""
    return any(field_at(*corner) is not field for corner in label.box.corners())


def _labels(spot: Spot) -> Iterator[Label]:
    """Places for a label around a sign, best first: right, left, below, above, then the corners."""
    lines = tuple(wrap(spot.member.label, LABEL_WIDTH, max_lines=LABEL_LINES, placeholder="…"))
    if not lines:
        return
    is_whole = " ".join(lines).replace(" ", "") == "".join(spot.member.label.split())
    width = max(text_width(line, LABEL_SIZE) for line in lines)
    height = len(lines) * LINE
    left, right, beside = -spot.reach(-1) - 5, spot.reach(1) + 5, SIGN + 4
    for x, y, anchor in (
        (right, -height / 2, "start"),
        (left, -height / 2, "end"),
        (0, beside, "middle"),
        (0, -beside - height, "middle"),
        (right - 3, SIGN, "start"),
        (right - 3, -SIGN - height, "start"),
        (left + 3, SIGN, "end"),
        (left + 3, -SIGN - height, "end"),
    ):
        start = spot.x + x - {"start": 0, "middle": width / 2, "end": width}[anchor]
        top = spot.y + y
        box = Box(start, top, start + width, top + height)
        yield Label(lines, spot.x + x, top + LABEL_SIZE * 0.86, anchor, box, is_whole)
