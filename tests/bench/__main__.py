"""`python -m tests.bench`: writes docs/performance.json and docs/performance.md."""

import asyncio
import tempfile
from pathlib import Path

from tests.bench.course import run
from tests.bench.report import write

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="sidus-bench-", ignore_cleanup_errors=True) as folder:
        write(asyncio.run(run(Path(folder))))
