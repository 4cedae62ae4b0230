"""Bounded load from one process, and what it cost the servers in CPU time."""

import asyncio
import os
import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

CONNECTIONS = 8
TICKS = os.sysconf("SC_CLK_TCK")

Request = Callable[[], Awaitable[None]]


@dataclass
class Contestant:
    """One way to do the same thing: a request, and the processes whose CPU time it costs."""

    name: str
    request: Request
    processes: Sequence[int]
    cpu_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """CPU milliseconds a request, the median of the rounds."""
        return statistics.median(self.cpu_ms)

    @property
    def wall(self) -> float:
        """Milliseconds from asking to being answered, the median of all requests."""
        return statistics.median(self.wall_ms)


async def interleaved(contestants: Sequence[Contestant], *, rounds: int, requests: int) -> None:
    """Let each contestant take its turn in every round, so that a noisy machine is noisy for all of them."""
    for contestant in contestants:
        await _turn(contestant, requests // 4, counts=False)
    for _ in range(rounds):
        for contestant in contestants:
            await _turn(contestant, requests, counts=True)


async def _turn(contestant: Contestant, requests: int, *, counts: bool) -> None:
    before = cpu_seconds(contestant.processes)
    taken: list[float] = []

    async def connection(share: int) -> None:
        for _ in range(share):
            began = perf_counter()
            await contestant.request()
            taken.append((perf_counter() - began) * 1000)

    await asyncio.gather(*(connection(requests // CONNECTIONS) for _ in range(CONNECTIONS)))
    if counts:
        contestant.cpu_ms.append((cpu_seconds(contestant.processes) - before) * 1000 / len(taken))
        contestant.wall_ms += taken


def cpu_seconds(processes: Sequence[int]) -> float:
    """User and system time that processes have used so far."""
    return sum(_ticks(process) for process in processes) / TICKS


def _ticks(process: int) -> int:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
