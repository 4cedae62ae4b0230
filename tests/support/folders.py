"""Folders for real servers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory

MEMORY = Path("/dev/shm")


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """An empty folder that other accounts can walk through, in memory where there is room for it.

    The launcher's servers flush everything they write, which a busy disk makes slow.
    """
    roomy = MEMORY.is_dir() and disk_usage(MEMORY).free > 2**31
    with TemporaryDirectory(prefix="sidus-", dir=MEMORY if roomy else None) as made:
        Path(made).chmod(0o711)
        yield Path(made)
