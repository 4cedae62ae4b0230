"""Tells the scenario on the screen, step by step, as it happens."""

from rich.console import Console


class Teller:
    """Acts, steps within them, and what was refused on purpose."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._act = 0

    def act(self, title: str) -> None:
        """A new act begins."""
        self._act += 1
        self._console.print(f"\n[bold]{self._act}. {title}[/]")

    def step(self, who: str, what: str) -> None:
        """Something was done."""
        self._console.print(f"   [green]✓[/] [cyan]{who}[/] {what}", highlight=False)

    def refused(self, who: str, what: str) -> None:
        """Something was refused, as it should be."""
        self._console.print(f"   [yellow]✋[/] [cyan]{who}[/] {what}", highlight=False)

    def proof(self, what: str) -> None:
        """What the stores show."""
        self._console.print(f"   [bold green]=[/] {what}", highlight=False)

    def line(self, text: str = "") -> None:
        """A plain line."""
        self._console.print(text, highlight=False)
