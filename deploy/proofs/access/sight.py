"""Which rows an answer gives away, whatever its shape: by their ids where it is JSON, by their marks anywhere."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from deploy.proofs.access.marks import Marks
from deploy.proofs.access.rows import Row
from deploy.proofs.access.site import Answer


@dataclass(frozen=True)
class Seen:
    """What an answer gives away.

    `certain` rows stand in it for sure; of each set of `either` rows at least one does, as they hold the same words;
    `listed` are the tables whose rows are the items of the list that was answered; `strangers` are words that stand
    in no row known.
    """

    certain: frozenset[Row] = frozenset()
    either: frozenset[frozenset[Row]] = frozenset()
    listed: frozenset[str] = frozenset()
    strangers: frozenset[str] = frozenset()

    @property
    def possible(self) -> frozenset[Row]:
        """Rows that may stand in the answer."""
        return self.certain.union(*self.either)


class Sight:
    """Recognises the rows of a world."""

    def __init__(self, rows: Iterable[Row], marks: Marks) -> None:
        self._marks = marks
        self._by_mark: dict[str, set[Row]] = defaultdict(set)
        self._by_id: dict[str, Row] = {}
        self._by_other_key: dict[str, set[Row]] = defaultdict(set)
        for row in rows:
            for mark in row.marks:
                self._by_mark[mark].add(row)
            if row.ids.get("id") == row.key:
                self._by_id[row.key] = row
            else:
                self._by_other_key[row.key].add(row)

    def of(self, answer: Answer) -> Seen:
        """The rows that an answer gives away."""
        marks = self._marks.found_in(answer.text)
        meant = [frozenset(self._by_mark[mark]) for mark in marks if mark in self._by_mark]
        by_id = {self._by_id[key] for key in _ids(answer.content) if key in self._by_id}
        certain = by_id.union(*(rows for rows in meant if len(rows) == 1))
        return Seen(
            certain=frozenset(certain),
            either=frozenset(rows for rows in meant if rows.isdisjoint(certain)),
            listed=frozenset(table for item in items_of(answer.content) for table in self._tables_of(item)),
            strangers=frozenset(mark for mark in marks if mark not in self._by_mark),
        )

    def _tables_of(self, item: Any) -> Iterator[str]:
        """The tables whose row an item of a list may be."""
        if not isinstance(item, dict):
            return
        if "id" in item:
            if item["id"] in self._by_id:
                yield self._by_id[item["id"]].place
            return
        worded = {row.place for mark in self._marks.found_in(str(item)) for row in self._by_mark.get(mark, ())}
        keyed = {row.place for value in item.values() for row in self._by_other_key.get(str(value), ())}
        yield from worded & keyed


def items_of(content: Any) -> list[Any]:
    """The items of a list; none where the answer is no list."""
    found = content.get("items", ()) if isinstance(content, dict) else content
    return found if isinstance(found, list) else []


def _ids(content: Any) -> Iterator[str]:
    """The value of every member `id`, however deep."""
    if isinstance(content, dict):
        if isinstance(content.get("id"), str):
            yield content["id"]
        content = list(content.values())
    if isinstance(content, list):
        for part in content:
            yield from _ids(part)
