"""Waiting for a condition, with an end."""

import time
from collections.abc import Callable

from deploy.embedded.child import Child
from deploy.embedded.errors import LauncherError

TICK = 0.02


def until(is_ready: Callable[[], bool], child: Child, seconds: float) -> None:
    """Block until the child is ready. Raises LauncherError when it ends or the time is up first."""
    deadline = time.monotonic() + seconds
    while not is_ready():
        if not child.is_alive:
            raise LauncherError(f"{child.program.name} did not start: {child.last_words()}")
        if time.monotonic() > deadline:
            child.stop()
            raise LauncherError(f"{child.program.name} was not ready within {seconds:.0f} seconds.")
        time.sleep(TICK)
