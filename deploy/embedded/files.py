"""Small private files, written whole or not at all."""

import os
from pathlib import Path


def write_private(file: Path, text: str) -> None:
    """Replace the file by `text` in one step; only this user may read it."""
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        output.write(text)
    beside.replace(file)
