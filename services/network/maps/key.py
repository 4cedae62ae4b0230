"""The column beside a drawn map: what it is, what its signs mean, and the words that found no room on it."""

from collections.abc import Callable, Sequence
from datetime import date
from textwrap import wrap
from xml.etree.ElementTree import Element

from services.network.maps import marks
from services.network.maps.geometry import Spot
from services.network.maps.members import Field, Kind, Member, Movement, Sex, Sketch

Words = Callable[[str], str]
"""The label of a code in the language of the drawing."""

LEFT, WORDS_LEFT = 1030.0, 1078.0
TEXT, ROW = 15.0, 34.0


def draw(page: Element, sketch: Sketch, unwritten: Sequence[Spot], words: Words) -> float:
    """The whole column; answers how far down the page it reached."""
    marks.add(page, "text", words("map.title"), x=LEFT, y=56, font_size=26, font_weight="bold")
    facts = [f"{words('map.drawn-on')}: {_day(sketch.drawn_on)}", f"{words('map.drawn-by')}: {_hand(sketch, words)}"]
    bottom = 66.0
    for line in (line for fact in facts for line in wrap(fact, 42)):
        bottom += 24
        marks.add(page, "text", line, x=LEFT, y=bottom, font_size=TEXT)
    return _names(page, _signs(page, bottom + 24, words), unwritten, words)


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _hand(sketch: Sketch, words: Words) -> str:
    by = words(f"map.hand.{sketch.drawn_by}")
    return f"{by} ({words('map.assisted-by')}: {words(f'map.hand.{sketch.assisted_by}')})" if sketch.assisted_by else by


def _signs(page: Element, top: float, words: Words) -> float:
    y = top + 20
    marks.add(page, "text", words("map.key"), x=LEFT, y=y, font_size=TEXT + 1, font_weight="bold")
    for code, draw in ENTRIES.items():
        y += ROW
        draw(page, LEFT + 18, y)
        marks.add(page, "text", words(f"map.key.{code}"), x=WORDS_LEFT, y=y + 5, font_size=TEXT)
    y += ROW
    for line in wrap(words("map.key.distance"), 44):
        marks.add(page, "text", line, x=LEFT, y=y + 5, font_size=TEXT, fill=marks.SOFT)
        y += 20
    return y


def _names(page: Element, top: float, unwritten: Sequence[Spot], words: Words) -> float:
    if not unwritten:
        return top
    y = top + 30
    marks.add(page, "text", words("map.no-room"), x=LEFT, y=y, font_size=TEXT + 1, font_weight="bold")
    for number, spot in enumerate(unwritten, start=1):
        y += 4
        marks.add(page, "text", str(number), x=LEFT + 24, y=y + 20, font_size=TEXT, text_anchor="end")
        for line in wrap(spot.member.label, 36):
            y += 20
            marks.add(page, "text", line, x=LEFT + 36, y=y, font_size=TEXT)
    return y


def _of(**traits: object) -> Callable[[Element, float, float], None]:
    member = Member(field=Field.FRIENDS, distance=1, label="", **traits)  # type: ignore[arg-type]

    def draw(page: Element, x: float, y: float) -> None:
        x += 8 if member.in_conflict else 0
        marks.sign(page, member, x, y)
        if member.in_conflict:
            marks.minus(page, x, y, side=-1)

    return draw


def _tie(page: Element, x: float, y: float) -> None:
    line = f"M{x - 18:.1f},{y:.1f} H{x + 18:.1f}"
    marks.add(page, "path", d=line, stroke=marks.TIE, stroke_width=1.8)


def _arrow(movement: Movement) -> Callable[[Element, float, float], None]:
    def draw(page: Element, x: float, y: float) -> None:
        marks.add(page, "circle", cx=x - 12, cy=y, r=6.0)
        ends = (x - 3, y), (x + 18, y)
        tail, head = ends if movement is Movement.LEAVING else ends[::-1]
        marks.arrow_line(page, tail, head)

    return draw


ENTRIES: dict[str, Callable[[Element, float, float], None]] = {
    "man": _of(sex=Sex.MALE),
    "woman": _of(sex=Sex.FEMALE),
    "sex-unknown": _of(),
    "agency": _of(kind=Kind.AGENCY),
    "support-person": _of(sex=Sex.FEMALE, is_support_person=True),
    "conflict": _of(in_conflict=True),
    "tie": _tie,
    "entering": _arrow(Movement.ENTERING),
    "leaving": _arrow(Movement.LEAVING),
}
