"""Which processes were started, so that those a killed launcher left behind can be found and ended."""

import json
from contextlib import suppress
from pathlib import Path
from signal import Signals

import psutil

from deploy.embedded.child import Child
from deploy.embedded.files import write_private

GRACE_SECONDS = 3.0


class Ledger:
    """A file of process ids with their time of birth, which together name a process for ever."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._entries: dict[str, tuple[int, float, int]] = {}

    def note(self, child: Child) -> None:
        """Write down a child that was just started; one that is gone already needs no note."""
        with suppress(psutil.NoSuchProcess):
            born = psutil.Process(child.process.pid).create_time()
            self._entries[child.program.name] = (child.process.pid, born, int(child.program.stop_signal))
            write_private(self._file, json.dumps(self._entries))

    def end_leftovers(self) -> None:
        """End every noted process that still lives. Blocks until they are gone."""
        if not self._file.exists():
            return
        left = []
        for pid, born, stop_signal in json.loads(self._file.read_text()).values():
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(pid)
                if process.create_time() == born:
                    process.send_signal(Signals(stop_signal))
                    left.append(process)
        _, stubborn = psutil.wait_procs(left, timeout=GRACE_SECONDS)
        for process in stubborn:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(stubborn, timeout=GRACE_SECONDS)
        self._file.unlink()
