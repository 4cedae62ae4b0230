"""The start on the screen: each part, what it is doing, and how long it took."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from deploy.embedded.landscape import GATEWAY, REGISTER, SERVICES
from deploy.embedded.processes import State
from deploy.embedded.system import MIGRATIONS

ORDER = ("postgres", "nats", MIGRATIONS, *SERVICES, REGISTER, GATEWAY)


class Progress:
    """A live table while the system starts; afterwards, or without a terminal, one line for each change."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._seen: dict[str, tuple[State, float, float]] = {}
        self._live = Live(console=console, get_renderable=self._table, refresh_per_second=10)
        self._spinner = Spinner("dots")
        self._starting = False

    def __enter__(self) -> Self:
        self._starting = self._console.is_terminal
        if self._starting:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()

    def finish(self) -> None:
        """Leave the table standing as it is and go on line by line."""
        if self._starting:
            self._live.stop()
            self._starting = False

    def report(self, part: str, state: State) -> None:
        """Take note of what a part is doing."""
        now = time.monotonic()
        _, began, _ = self._seen.get(part, (state, now, now))
        self._seen[part] = (state, began, now)
        if not self._starting and state is not State.STOPPING:
            self._console.print(f"[dim]{time.strftime('%H:%M:%S')}[/] {part} {state}")

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for part in ORDER:
            if part in self._seen:
                self._add(table, part)
        return table

    def _add(self, table: Table, part: str) -> None:
        state, began, changed = self._seen[part]
        busy = state is State.STARTING
        seconds = (time.monotonic() if busy else changed) - began
        mark = self._spinner if busy else Text("✓" if state is State.READY else "·", style="green")
        table.add_row(mark, part, Text(state, style="dim" if busy else "green"), f"{seconds:.1f} s")
