"""Which statements a piece of work sends to PostgreSQL, and how PostgreSQL goes about each."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as it was sent, with its parameters."""

    text: str
    parameters: Any

    @property
    def verb(self) -> str:
        """What it does, and to which table: `SELECT client`, `INSERT access_log`."""
        text = self.text[self.text.index("INSERT") :] if self.text.startswith("WITH") else self.text
        words = text.replace('"', "").split()
        table = {"SELECT": "FROM", "INSERT": "INTO", "DELETE": "FROM"}.get(words[0], words[0])
        return f"{words[0]} {words[words.index(table) + 1]}" if table in words else words[0]

    @property
    def is_query(self) -> bool:
        """Whether it reads tables and writes nothing."""
        words = self.text.split()
        return words[0] in {"SELECT", "WITH"} and "FROM" in words and "INSERT" not in words


@contextmanager
def statements(engine: AsyncEngine) -> Iterator[list[Statement]]:
    """Everything sent over the engine's connections inside the block; transactions' own commands are not counted."""
    sent: list[Statement] = []

    def note(connection: Any, cursor: Any, text: str, parameters: Any, context: Any, many: bool) -> None:
        sent.append(Statement(text, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


@dataclass(slots=True)
class Plans:
    """How PostgreSQL went about statements: which indexes it used, and which tables it read from end to end."""

    indexes: set[str] = field(default_factory=set)
    read_whole: set[str] = field(default_factory=set)

    def take_in(self, plan: Any) -> None:
        """Note what a part of a plan does, and what its own parts do."""
        if isinstance(plan, list):
            for part in plan:
                self.take_in(part)
        elif isinstance(plan, dict):
            if "Index Name" in plan:
                self.indexes.add(plan["Index Name"])
            if plan.get("Node Type") == "Seq Scan":
                self.read_whole.add(plan["Relation Name"])
            for part in plan.values():
                self.take_in(part)


@asynccontextmanager
async def ways(engine: AsyncEngine, *, few_rows: bool = False) -> AsyncIterator[Plans]:
    """How PostgreSQL carried out the queries that were sent inside the block; filled when the block ends.

    A table of `few_rows` is read whole whatever indexes it has, unless PostgreSQL is told not to.
    """
    found = Plans()
    with statements(engine) as sent:
        yield found
    async with engine.connect() as connection:
        await connection.exec_driver_sql(f"SET LOCAL enable_seqscan = {'off' if few_rows else 'on'}")
        for statement in sent:
            if statement.is_query:
                explained = await connection.exec_driver_sql(
                    f"EXPLAIN (FORMAT JSON) {statement.text}", statement.parameters
                )
                found.take_in(explained.scalar_one())


@asynccontextmanager
async def plans(engine: AsyncEngine, *, few_rows: bool = False) -> AsyncIterator[set[str]]:
    """The indexes by which PostgreSQL carried out what was sent inside the block; filled when the block ends."""
    async with ways(engine, few_rows=few_rows) as found:
        yield found.indexes
