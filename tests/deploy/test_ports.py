"""Ports that are given away are nobody else's."""

import socket
import subprocess
import sys

from deploy.embedded import ports
from deploy.embedded.ports import HOST, free_port

ASKS = """
import sys
from deploy.embedded import ports
ports.FREE = [int(port) for port in sys.argv[1:]]
print(ports.free_port())
"""


def test_a_port_is_none_that_an_outgoing_connection_may_get() -> None:
    for _ in range(50):
        with socket.socket() as connection:
            connection.bind((HOST, 0))
            assert connection.getsockname()[1] not in ports.FREE


def test_a_port_given_away_is_not_given_to_another_process_even_while_nobody_listens() -> None:
    given, other = free_port(), free_port()
    with socket.socket() as listener:
        listener.bind((HOST, given))
    left = next(port for port in ports.FREE if port not in (given, other) and ports.is_free(port))

    asked = [sys.executable, "-c", ASKS, *map(str, (given, other, left))]
    answers = {subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip() for _ in range(5)}

    assert answers == {str(left)}
