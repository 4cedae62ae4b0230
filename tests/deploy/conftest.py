"""A folder the servers' account can reach, and a checkout to start the launcher in."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.checkout import Launcher, make_checkout
from tests.support.folders import folder_for_all


@contextmanager
def launcher_in(folder: Path) -> Iterator[Launcher]:
    """A launcher in a checkout of its own, stopped in the end."""
    make_checkout(folder / "checkout")
    launcher = Launcher(folder / "checkout", folder / "data")
    try:
        yield launcher
    finally:
        if launcher.lives:
            launcher.ends_by(signal.SIGTERM)


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that other accounts can walk through."""
    with folder_for_all() as made:
        yield made


@pytest.fixture
def launcher(folder: Path) -> Iterator[Launcher]:
    """The launcher in a checkout of its own, with nothing started."""
    with launcher_in(folder) as launcher:
        yield launcher


@pytest.fixture(scope="module")
def running() -> Iterator[Launcher]:
    """A launcher that is up, for the tests that leave it so."""
    with folder_for_all() as folder, launcher_in(folder) as launcher:
        launcher.up()
        yield launcher
