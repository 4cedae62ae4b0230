"""The page of a drawn map and the things that take room on it.

Units of the drawing: x to the right, y downwards, angles in degrees against the clock from east. Fields 1 and 2,
the stable family, take the upper half and the changing relations the lower one (004 L2065-2066); the angles
themselves are our choice. The further a member is from the client, the further out.
"""

from dataclasses import dataclass
from math import atan2, cos, degrees, radians, sin

from services.network.maps.members import Field, Member, Movement

CENTRE_X, CENTRE_Y = 500.0, 490.0
NEAR, FAR = 66.0, 430.0
"""Radius of a member at the smallest and at the largest distance."""

SIGN = 13.0
"""Half the width of a member's sign."""

MINUS, ARROW = 17.0, 30.0
"""Room a minus sign takes before a sign, and an arrow beyond it."""

LABEL_SIZE, LINE = 14.0, 16.0
LABEL_WIDTH, LABEL_LINES = 20, 3
CLIENT = 38.0

SECTORS: dict[Field, tuple[float, float]] = {
    Field.KIN: (0, 90),
    Field.CORE_FAMILY: (90, 180),
    Field.DAILY_LIFE: (180, 240),
    Field.FRIENDS: (240, 300),
    Field.AGENCIES: (300, 360),
}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "Box") -> bool:
        """Whether the two share any of the page."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)

    def within(self, other: "Box") -> bool:
        """Whether this one lies wholly inside the other."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom

    def corners(self) -> tuple[tuple[float, float], ...]:
        """The four corners."""
        return (
            (self.left, self.top),
            (self.right, self.top),
            (self.right, self.bottom),
            (self.left, self.bottom),
        )


def field_at(x: float, y: float) -> Field:
    """The field in whose sector a point lies."""
    angle = degrees(atan2(CENTRE_Y - y, x - CENTRE_X)) % 360
    return next(field for field, (start, end) in SECTORS.items() if start <= angle < end)


PAGE = Box(8, 8, 992, 992)
CLIENT_BOX = Box(CENTRE_X - CLIENT, CENTRE_Y - CLIENT, CENTRE_X + CLIENT, CENTRE_Y + CLIENT)


@dataclass(frozen=True, slots=True)
class Label:
    """A member's label set in lines: the first baseline, how lines are anchored, and the room they take."""

    lines: tuple[str, ...]
    x: float
    y: float
    anchor: str
    box: Box
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one member stands, and its label; words that find no room are read in the key instead."""

    member: Member
    angle: float
    radius: float
    x: float
    y: float
    label: Label | None = None

    @classmethod
    def of(cls, member: Member, angle: float, radius: float) -> "Spot":
        """The spot at an angle and a distance from the client."""
        return cls(member, angle, radius, *_point(angle, radius))

    @property
    def is_written(self) -> bool:
        """Whether the member's label stands whole beside its sign."""
        return self.label is not None and self.label.is_whole

    def beyond(self, step: float) -> tuple[float, float]:
        """The point `step` further from the client on the line through the member."""
        return _point(self.angle, self.radius + step)

    @property
    def minus_side(self) -> int:
        """Where the minus goes: -1 in front (left), 1 behind where an arrow takes the front, 0 without a minus."""
        if not self.member.in_conflict:
            return 0
        has_arrow = self.member.movement is not Movement.STABLE
        return 1 if has_arrow and cos(radians(self.angle)) < -0.7 else -1

    def reach(self, side: int) -> float:
        """How far the sign reaches to the left (-1) or right (1), its minus included."""
        return SIGN + (MINUS if self.minus_side == side else 0)

    def boxes(self) -> list[Box]:
        """The room that the sign, its minus and its arrow take."""
        edge = 2.0
        sign = Box(
            self.x - self.reach(-1) - edge, self.y - SIGN - edge, self.x + self.reach(1) + edge, self.y + SIGN + edge
        )
        if self.member.movement is Movement.STABLE:
            return [sign]
        x, y = self.beyond(SIGN + ARROW / 2)
        return [sign, Box(x - ARROW / 2, y - ARROW / 2, x + ARROW / 2, y + ARROW / 2)]


def text_width(text: str, size: float) -> float:
    """How wide the words come out at most in a common sans-serif face; fonts differ, so rather too wide."""
    return size * sum(0.78 if letter.isupper() or letter in "mwшщжюмфы@%—" else 0.58 for letter in text)


def radius(distance: float) -> float:
    """How far from the centre a member of this distance (0 < d <= 1) stands."""
    return NEAR + distance * (FAR - NEAR)


def _point(angle: float, radius: float) -> tuple[float, float]:
    return CENTRE_X + radius * cos(radians(angle)), CENTRE_Y - radius * sin(radians(angle))
