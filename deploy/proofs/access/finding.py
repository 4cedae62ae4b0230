"""What the proof found: cells looked at, and every one in which somebody saw more or less than they may."""

from collections import Counter
from dataclasses import dataclass, field

from deploy.proofs.access.operations import Operation


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that is not as the oracle says, in one line."""

    where: str
    who: str
    about: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.who} · {self.about}: {self.what}"


@dataclass(slots=True)
class Finding:
    """Everything that was looked at and everything that was wrong."""

    cells: Counter[str] = field(default_factory=Counter)
    onlookers: int = 0
    states: int = 0
    rows: int = 0
    mismatches: list[Mismatch] = field(default_factory=list)

    @property
    def operations(self) -> int:
        """How many operations were tried."""
        return len(self.cells)

    def look(self, where: object) -> None:
        """One cell of the matrix was looked at."""
        self.cells[str(where)] += 1

    def wrong(self, where: object, who: object, about: object, what: str) -> None:
        """Something is not as it should be."""
        self.mismatches.append(Mismatch(str(where), str(who), str(about), what))

    def judge_status(self, operation: Operation, who: object, about: object, status: int) -> None:
        """An answer is one of those that the interface describes."""
        if not operation.describes(status):
            self.wrong(operation, who, about, f"is answered {status}, which is not described")

    def summary(self) -> str:
        """The line that the command ends with."""
        return (
            f"cells={self.cells.total()} operations={self.operations} actors={self.onlookers} "
            f"states={self.states} rows={self.rows} mismatches={len(self.mismatches)}"
        )
