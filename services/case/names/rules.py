"""How names are written, and when two writings are of one name. Pure.

Sources: Names Act (nimeseadus) on writing foreign names; the tables and ways of writing stand in spelling.yaml.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from pydantic import BaseModel, ConfigDict
from rapidfuzz.distance import OSA

MOST_ROUNDS = 50
MOST_PARTS = 6
APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼ"))


class Alphabet(BaseModel):
    """One table by which the letters of another alphabet are written in Latin."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    letters: dict[str, str]


class Spelling(BaseModel):
    """How names are written: see spelling.yaml for what each part means."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    alphabets: list[Alphabet]
    own: str
    foreign: dict[str, str]
    plain: list[dict[str, str]]
    sounds: list[tuple[re.Pattern[str], str]]

    @cached_property
    def elsewhere(self) -> frozenset[str]:
        """The letters of other alphabets."""
        return frozenset(letter for alphabet in self.alphabets for letter in alphabet.letters)


@dataclass(frozen=True, slots=True)
class Word:
    """A part of a name in the ways in which it may be written, one way for each sound.

    `spelt` as it stands; `typed` the same if it may have lost its marks, which a name in another alphabet has not;
    `plain` what is left of it when its marks are lost. People are found by the plain ways.
    """

    spelt: frozenset[str]
    typed: frozenset[str]
    plain: frozenset[str]

    def is_same(self, other: "Word") -> bool:
        """Whether both are one word: written alike, or one is what is left of the other without its marks."""
        return bool(self.spelt & other.spelt or self.typed & other.plain or self.plain & other.typed)

    def likeness(self, other: "Word") -> float:
        """How alike the words are written, from 0 to 1: letters left out, added, exchanged or swapped count."""
        pairs = ((self.spelt, other.spelt), (self.typed, other.plain), (self.plain, other.typed))
        written = (pair for mine, theirs in pairs for pair in product(mine, theirs))
        return max(OSA.normalized_similarity(*pair) for pair in written)


@dataclass(frozen=True, slots=True)
class Name:
    """A given or family name: all of it written together, and its parts."""

    whole: Word
    parts: tuple[Word, ...]

    def is_same(self, other: "Name") -> bool:
        """Whether both are one name, whatever stands between the parts and in whatever order they are."""
        return self.whole.is_same(other.whole) or (self._has_all(other) and other._has_all(self))

    def shares_part(self, other: "Name") -> bool:
        """Whether a part of one is a part of the other: Kask and Tamm-Kask."""
        return any(mine.is_same(theirs) for mine in self.parts for theirs in other.parts)

    def likeness(self, other: "Name") -> float:
        """How alike the names are written, from 0 to 1."""
        return self.whole.likeness(other.whole)

    def _has_all(self, other: "Name") -> bool:
        return all(any(mine.is_same(theirs) for mine in self.parts) for theirs in other.parts)


def name_of(text: str, spelling: Spelling) -> Name:
    """A name as it may be written. Of a name of many parts the first count; one without letters stands for itself."""
    parts = _parts(text, spelling)[:MOST_PARTS] or [text]
    return Name(_word("".join(parts), spelling), tuple(_word(part, spelling) for part in parts))


def letters_of(text: str, spelling: Spelling) -> str:
    """The bare letters of a name, one after the other: those of its beginning are the beginning of its own.

    By these a name is found from its first letters on: `Õuna` finds Õunapuu and Ounapuu, `Щерб` finds Štšerbakova.
    """
    transliterated = _translated("".join(_parts(text, spelling)), spelling.alphabets[0].letters)
    return _translated(transliterated, spelling.plain[0])


def _parts(text: str, spelling: Spelling) -> list[str]:
    small = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).translate(APOSTROPHES).casefold())
    known = "".join(_known(letter, spelling) for letter in small)
    return "".join(letter if letter.isalnum() else " " for letter in known).split()


def _known(letter: str, spelling: Spelling) -> str:
    """The letter without marks that are not Estonian."""
    if letter in spelling.own or letter in spelling.elsewhere:
        return letter
    if letter in spelling.foreign:
        return spelling.foreign[letter]
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(sign))
    return "".join(spelling.foreign.get(sign, sign) for sign in bare.casefold())


def _word(text: str, spelling: Spelling) -> Word:
    spelt = frozenset(_sounded(latin, spelling) for latin in _in_latin(text, spelling))
    plain = frozenset(_sounded(_translated(form, table), spelling, table) for form in spelt for table in spelling.plain)
    return Word(spelt, frozenset() if spelling.elsewhere.intersection(text) else spelt, plain)


def _in_latin(text: str, spelling: Spelling) -> Iterator[str]:
    for alphabet in spelling.alphabets:
        latin = _translated(text, alphabet.letters)
        yield "".join(spelling.foreign.get(letter, letter) for letter in latin)


def _sounded(text: str, spelling: Spelling, plain: Mapping[str, str] | None = None) -> str:
    """One way of writing for each sound; stays without marks when a table takes them away again."""
    for _ in range(MOST_ROUNDS):
        before = text
        for pattern, sound in spelling.sounds:
            text = pattern.sub(sound, text)
        text = _translated(text, plain or {})
        if text == before:
            break
    return text


def _translated(text: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(letter, letter) for letter in text)
