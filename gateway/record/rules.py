"""How the whole record reads on paper: by service and category, each row with labels and values in words. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from gateway.record.schemas import OfService
from shared.actor import THEMSELVES
from shared.rights.schemas import Held, Part, TableWords

_ID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})")
_SOURCE: Final = {"agency", "officer", "system", "at"}
"""What is kept of where a value came from."""
_WHERE: Final = ZoneInfo("Europe/Tallinn")

Say = Callable[[str], str]
"""The words for one of the gateway's codes."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What a reader needs to be told with: words, and names of agencies."""

    say: Say
    agencies: Mapping[str, str]

    def service(self, held: OfService) -> dict[str, Any]:
        """One service's part of the document, by category."""
        place = {category: number for number, category in enumerate(_categories(held.items))}
        in_order = sorted(held.items, key=lambda item: place[item.category])
        sections = [
            {"title": self.say(f"category.{category}"), "rows": [self._row(item, held.words) for item in items]}
            for category, items in groupby(in_order, key=lambda item: item.category)
        ]
        return {"title": held.title, "sections": sections}

    def _row(self, item: Held, words: Mapping[str, TableWords]) -> dict[str, Any]:
        withheld = [words[item.table].fields[name] for name in item.withheld]
        note = [{"label": self.say("record.withheld"), "value": ", ".join(withheld)}] if withheld else []
        return {
            "title": words[item.table].title,
            "agency": self.agencies.get(item.agency, item.agency),
            "pairs": self._standing(item) + self._pairs(item, words) + note,
        }

    def _standing(self, item: Held) -> list[dict[str, str]]:
        """That a row is former data, where it stood on a record which was merged into this one."""
        if item.merged_record is None:
            return []
        return [{"label": self.say("record.former"), "value": self.say("record.merged")}]

    def _pairs(self, row: Part, words: Mapping[str, TableWords]) -> list[dict[str, str]]:
        called = words[row.table]
        told = [(called.fields[name], self._value(value, called, name)) for name, value in row.values.items()]
        hanging = [
            (words[part.table].title, "; ".join(f"{pair['label']}: {pair['value']}" for pair in pairs))
            for part in row.parts
            if (pairs := self._pairs(part, words))
        ]
        return [{"label": label, "value": value} for label, value in (*told, *hanging) if value]

    def _value(self, value: Any, called: TableWords, field: str) -> str:
        """A value in words; ids lead nowhere on paper, so they read as nothing."""
        if isinstance(value, bool):
            return self.say("record.yes" if value else "record.no")
        if isinstance(value, Mapping) and all(_is_source(one) for one in value.values()):
            return self._sources(value, called)
        if _is_source(value):
            return self._source(value)
        if isinstance(value, Mapping):
            inner = ((called.fields.get(name, name), self._value(one, called, name)) for name, one in value.items())
            return ", ".join(f"{label}: {told}" for label, told in inner if told)
        if isinstance(value, list):
            apart = "\n" if any(isinstance(one, Mapping) for one in value) else ", "
            return apart.join(told for one in value if (told := self._value(one, called, field)))
        return "" if value is None else self._word(str(value), _words(called, field))

    def _word(self, text: str, words: Mapping[str, str]) -> str:
        if text == THEMSELVES:
            return self.say("record.self")
        return words.get(text) or self.agencies.get(text) or _text(text)

    def _sources(self, value: Mapping[str, Any], called: TableWords) -> str:
        """Where the fields of a row came from, those from one source together."""
        fields: dict[str, list[str]] = {}
        for name, source in value.items():
            fields.setdefault(self._source(source), []).append(called.fields.get(name, name))
        return "\n".join(f"{source}: {', '.join(names)}" for source, names in fields.items())

    def _source(self, value: Mapping[str, Any]) -> str:
        if value["officer"] == THEMSELVES:
            return f"{self.say('record.self')}, {_text(value['at'])}"
        agency = self.agencies.get(value["agency"], value["agency"])
        return f"{agency}, {value['officer']}, {_text(value['at'])}"


def length(parts: Iterable[Part]) -> int:
    """How many rows there are, with all that hangs on them."""
    return sum(1 + length(part.parts) for part in parts)


def moment(at: datetime) -> str:
    """A moment as people write it, by the clock where the agencies work."""
    return f"{at.astimezone(_WHERE):%d.%m.%Y %H:%M}"


def _categories(items: Sequence[Held]) -> dict[str, None]:
    """The categories in the order in which they are met."""
    return dict.fromkeys(item.category for item in items)


def _words(called: TableWords, field: str) -> Mapping[str, str]:
    """The words for a field's values; what a version changed is told by names of fields."""
    return called.fields if field == "changed" else called.values.get(field, {})


def _is_source(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() == _SOURCE


def _text(text: str) -> str:
    if _ID.fullmatch(text):
        return ""
    if _MOMENT.fullmatch(text):
        return moment(datetime.fromisoformat(text))
    if _DAY.fullmatch(text):
        return f"{date.fromisoformat(text):%d.%m.%Y}"
    return text
