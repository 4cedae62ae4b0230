"""What identifies a person, and every way in which it may be spelled."""

import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from deploy.demo.resident import Resident
from shared.db.base import Holds

SHORTEST_NAME = 6
URL_SAFE = str.maketrans("+/", "-_")


@dataclass(frozen=True, slots=True)
class Needle:
    """A value of a person, and what kind of data it is: only columns marked to hold that kind may contain it."""

    holds: Holds
    value: str


def needles_of(resident: Resident) -> list[Needle]:
    """What identifies a resident. A name that is too common to be looked for is looked for together with the other."""
    names = [name for name in (resident.first_name, resident.last_name) if len(name) >= SHORTEST_NAME]
    return [
        *(Needle(Holds.NAME, name) for name in names),
        Needle(Holds.NAME, f"{resident.first_name} {resident.last_name}"),
        Needle(Holds.PERSONAL_CODE, resident.personal_code),
        Needle(Holds.ADDRESS, resident.address),
        Needle(Holds.PHONE, resident.phone),
        Needle(Holds.EMAIL, resident.email),
        Needle(Holds.IDENTIFIER, resident.document_number),
    ]


def spellings(value: str) -> set[str]:
    """The ways in which a value may hide in text: unspaced, escaped for JSON or URLs, in hex, in base64 anywhere."""
    raw = value.encode()
    base64_texts = {_in_base64(raw, offset) for offset in range(3)}
    return {
        value,
        value.replace(" ", ""),
        _escaped(value),
        _escaped(_escaped(value)),
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
        raw.hex(),
        *base64_texts,
        *(text.translate(URL_SAFE) for text in base64_texts),
    }


@dataclass(frozen=True, slots=True)
class Spelled:
    """All spellings of all needles of one kind, in small letters."""

    texts: frozenset[str]

    @property
    def pattern(self) -> str:
        """A regular expression that finds any of them."""
        return "|".join(re.escape(text) for text in sorted(self.texts))

    def stands_in(self, text: str) -> bool:
        """Whether any of them stands in a text, which is in small letters too."""
        return any(spelling in text for spelling in self.texts)


def by_kind(needles: Iterable[Needle]) -> Mapping[Holds, Spelled]:
    """The spellings to look for, for each kind of data."""
    found: dict[Holds, set[str]] = defaultdict(set)
    for needle in needles:
        found[needle.holds].update(spelling.lower() for spelling in spellings(needle.value))
    return {holds: Spelled(frozenset(texts)) for holds, texts in found.items()}


def _escaped(value: str) -> str:
    return json.dumps(value)[1:-1]


def _in_base64(raw: bytes, offset: int) -> str:
    """The part of a base64 text that stays the same whatever stands around the value, at one of three offsets."""
    encoded = base64.b64encode(bytes(offset) + raw).decode()
    return encoded[(0, 2, 3)[offset] : -4 if encoded.endswith("=") else len(encoded)]
