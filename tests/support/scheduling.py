"""Which tests share a worker: those of one file, and all that need the whole system, which only one worker starts.

The mark `xdist_group` would say the same, but does nothing under pytest 9.2 (pytest-xdist issue 1386).
"""

from xdist.scheduler import LoadFileScheduling

THE_SYSTEM = ("tests/scenario/", "tests/proofs/", "tests/documents/test_readable_documents.py")


class BySystemAndFile(LoadFileScheduling):  # type: ignore[misc]
    """Hands out the tests that need the whole system as one, and the others file by file."""

    def _split_scope(self, nodeid: str) -> str:
        return "the system" if nodeid.startswith(THE_SYSTEM) else str(super()._split_scope(nodeid))
