"""`python -m tests.bench requests` and `python -m tests.bench registers`: measure, and write it down in docs/."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.bench import course, registers, registers_report, report

CLIENTS = 200_000


def main() -> int:
    """Measure what is named; the exit code says whether it is as it should be."""
    if sys.argv[1] == "registers":
        return registers_report.write(registers_report.followed(CLIENTS, registers.run))
    with tempfile.TemporaryDirectory(prefix="sidus-bench-", ignore_cleanup_errors=True) as folder:
        report.write(asyncio.run(course.run(Path(folder))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
