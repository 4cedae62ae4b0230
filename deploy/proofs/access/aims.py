"""What an operation is aimed at: every row of the kind that its address names, a stranger's row, and no row at all."""

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from deploy.proofs.access import taught
from deploy.proofs.access.onlookers import Onlooker
from deploy.proofs.access.operations import Operation, Parameter
from deploy.proofs.access.rows import Row
from deploy.proofs.access.site import Asked
from deploy.proofs.access.world import World
from shared.ids import new_id

CLIENT = "client_id"
LIMIT = "limit"
FORM = "format"
ONE_STATE_OF = 4
"""How many states there are to one that an onlooker who is not thorough looks at."""


class Kind(StrEnum):
    """What stands at the place that is aimed at."""

    ROW = "row"
    CLIENT = "client"
    ABOUT = "what hangs on row"
    CROSSED = "row of another client"
    MISSING = "no row of"
    NOTHING = "nothing"
    EVERYTHING = "everything"


class CannotAim(Exception):
    """A parameter has no value in the world: the proof must be taught one (`taught.py`)."""


@dataclass(frozen=True)
class Aim:
    """A set of parameters: the ids by name, about which client, and the row named if it is one of the world's."""

    kind: Kind
    ids: Mapping[str, str] = field(hash=False)
    values: Mapping[str, str] = field(hash=False)
    client: str | None = None
    row: Row | None = None
    state: str = "-"
    reference: "Aim | None" = field(default=None, hash=False, compare=False)
    """The aim at nothing that this one is answered like when the onlooker may not see what is aimed at."""

    def __str__(self) -> str:
        return f"{self.kind} {self.row or self.client or ''} ({self.state})"

    @property
    def clients(self) -> set[str]:
        """Whom it is about: one client, or several where several are named."""
        named = {value for name, value in self.ids.items() if name in taught.CLIENTS - {CLIENT}}
        return named or ({self.client} if self.client else set())

    def asked(self, operation: Operation, body: Any = None, **headers: str) -> Asked:
        """The request."""
        given = {**self.values, **self.ids}
        path = operation.path
        for parameter in operation.parameters:
            if parameter.in_path:
                path = path.replace(f"{{{parameter.name}}}", given[parameter.name])
        query = {p.name: given[p.name] for p in operation.parameters if not p.in_path and p.name in given}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Asked(operation.method, path, query, body, headers=named)

    def by_ones(self) -> "Aim":
        """The same, in pages of one."""
        return replace(self, values={**self.values, LIMIT: "1"})

    def concerns(self, row: Row) -> bool:
        """Whether the row is what is named, or is of the client or hangs on the row that is named."""
        if self.row is not None:
            return row == self.row or self.row.key in row.ids.values()
        return row.client is not None and row.client in self.clients

    def whole_among(self, rows: Iterable[Row]) -> set[Row]:
        """The row that is itself named by the last id, where it is among those shown: its parts are shown within it."""
        *_, last = self.ids.values()
        return {row for row in rows if row.key == last}

    def selects(self, row: Row) -> bool:
        """Whether the row is one of those that the parameters ask for."""
        return all(
            row.client == self.client if name == CLIENT else value in (row.key, row.ids.get(name))
            for name, value in self.ids.items()
        )


def aims_of(operation: Operation, world: World) -> list[Aim]:
    """Every aim of an operation. Raises CannotAim."""
    forms = _in_each_form(operation, dict(_values(operation)))
    named = [p for p in operation.parameters if p.required and p.names_row]
    choices = [named] if named else [[p] for p in operation.parameters if p.names_row]
    if not choices and operation.body_members & taught.CLIENTS:
        choices = [[]]
    aimed = (_Aiming(operation, world, parameters, values).aims() for values in forms for parameters in choices)
    return [aim for aims in aimed for aim in aims] or [Aim(Kind.EVERYTHING, {}, values) for values in forms]


def chosen_for(onlooker: Onlooker, aims: Sequence[Aim], thorough: Collection[Onlooker]) -> list[Aim]:
    """The aims that an onlooker tries: all of them, or what is about the person, and a row in some of the states.

    Whoever is not thorough begins with another state and another row, so that together they look everywhere.
    """
    if onlooker in thorough:
        return list(aims)
    offset = zlib.crc32(str(onlooker).encode())
    of_state: dict[tuple[Kind, str], list[Aim]] = defaultdict(list)
    for aim in aims:
        of_state[aim.kind, aim.state].append(aim)
    own = [aim for aim in aims if onlooker.person is not None and aim.client == onlooker.person]
    some = [alike[offset % len(alike)] for alike in list(of_state.values())[offset % ONE_STATE_OF :: ONE_STATE_OF]]
    chosen = dict.fromkeys([*own, *some]) or dict.fromkeys(aims[:1])
    references = dict.fromkeys(aim.reference for aim in chosen if aim.reference is not None)
    return list(dict.fromkeys([*references, *chosen]))


def _in_each_form(operation: Operation, values: Mapping[str, str]) -> list[Mapping[str, str]]:
    """The values for each form in which the answer may be asked for."""
    forms = next((p.schema["enum"] for p in operation.parameters if p.name == FORM), ())
    return [{**values, FORM: form} for form in forms] or [values]


def _values(operation: Operation) -> Iterator[tuple[str, str]]:
    for parameter in operation.parameters:
        if parameter.name == LIMIT:
            yield LIMIT, "100"
        elif parameter.required and not parameter.names_row:
            yield parameter.name, _value(operation, parameter)


def _value(operation: Operation, parameter: Parameter) -> str:
    for place in (f"{operation.name}.{parameter.name}", parameter.name):
        if place in taught.VALUES:
            return taught.VALUES[place]
    schema = parameter.schema
    known = (*schema.get("examples", ()), *schema.get("enum", ()), schema.get("default"), schema.get("minimum"))
    if (value := next((value for value in known if value is not None), None)) is None:
        raise CannotAim(f"no value is known for {parameter.name}")
    return str(value)


class _Aiming:
    """Aims an operation by some of its parameters: the last names a row, those before it what the row belongs to."""

    def __init__(
        self, operation: Operation, world: World, parameters: Sequence[Parameter], values: Mapping[str, str]
    ) -> None:
        self._operation = operation
        self._world = world
        self._names = [parameter.name for parameter in parameters]
        self._in_path = bool(parameters) and parameters[-1].in_path
        self._values = values
        self._nothing = Aim(Kind.NOTHING, {name: str(new_id()) for name in self._names}, values)

    def aims(self) -> Iterator[Aim]:
        """Everything that the last parameter may name, and nothing."""
        yield self._nothing
        if not self._names or self._names[-1] in taught.CLIENTS:
            yield from self._clients()
        elif self._names[0] == CLIENT and len(self._names) > 1:
            yield from self._rows_of_clients()
        else:
            yield from self._rows(self._nothing)

    def _clients(self) -> Iterator[Aim]:
        """Every client; where several are named, each with the next one."""
        around = list(self._world.clients.items())
        for place, (state, client) in enumerate(around):
            following = (around[(place + further) % len(around)][1] for further in range(1, len(self._names)))
            ids = dict(zip(reversed(self._names), (client, *following), strict=False))
            yield self._at(Kind.CLIENT, ids, self._nothing, client, state)

    def _rows_of_clients(self) -> Iterator[Aim]:
        """For each client no row at all, its rows, and its rows under another client's address."""
        missing = {}
        for state, client in self._world.clients.items():
            ids = {**self._nothing.ids, CLIENT: client}
            missing[client] = self._at(Kind.MISSING, ids, self._nothing, client, state)
        yield from missing.values()
        for aim in self._rows(self._nothing):
            yield replace(aim, reference=missing[aim.ids[CLIENT]])
            other = next(client for client in missing if self._world.survivor(client) != aim.client)
            yield replace(aim, kind=Kind.CROSSED, ids={**aim.ids, CLIENT: other}, reference=missing[other])

    def _rows(self, reference: Aim) -> Iterator[Aim]:
        """Every row that the last parameter may name."""
        *parents, last = self._names
        rows = self._world.rows_named(self._operation.name, last)
        if not rows and last not in taught.NO_ROWS:
            raise CannotAim(f"no row is known that {last} could name")
        for row in rows:
            ids = {name: row.client if name == CLIENT else row.ids.get(name) for name in parents}
            if None in ids.values():
                raise CannotAim(f"{row.table} does not say which {', '.join(ids)} it belongs to")
            kept = {name: str(value) for name, value in ids.items()} | {last: row.key}
            state = self._world.state_of.get(row.client or "", "-")
            kind = Kind.ROW if self._in_path else Kind.ABOUT
            yield Aim(kind, kept, self._values, row.client, row, state, reference)

    def _at(self, kind: Kind, ids: Mapping[str, str], reference: Aim, client: str, state: str) -> Aim:
        return Aim(kind, ids, self._values, self._world.survivor(client), None, state, reference)
