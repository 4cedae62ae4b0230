"""Loopback ports: which part listens where, and whether the place is free."""

import os
import secrets
import socket
from collections.abc import Iterable

from deploy.embedded.errors import LauncherError

HOST = "127.0.0.1"
FIRST_PORT = 8080
FREE = range(20_000, 32_768)
"""Where free ports are looked for: above those that programs usually have, below those of outgoing connections."""

LISTENERS = ("gateway", "case", "assessment", "network", "feedback", "postgres", "nats", "register")

_given: list[socket.socket] = []


def is_free(port: int) -> bool:
    """Whether nothing listens on the port of the loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port that nobody listens on, and that nobody else who asks here is given while this process lives.

    It is none of those from which the operating system takes the near end of a connection: somebody's connection would
    have it when the listener comes, or the very question whether the listener is there. A datagram socket of the same
    number, which nothing else has a use for, says that it is given away.
    """
    while True:
        port = secrets.choice(FREE)
        taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            taken.bind((HOST, port))
        except OSError:
            taken.close()
            continue
        if is_free(port):
            _given.append(taken)
            return port
        taken.close()


def free_ports() -> dict[str, int]:
    """A free port for every listener."""
    return {name: free_port() for name in LISTENERS}


def variable_of(listener: str) -> str:
    """The environment variable that gives one listener a port of its own."""
    return f"SIDUS_{listener.upper()}_PORT"


def chosen_ports(first: int) -> dict[str, int]:
    """Consecutive ports from `first`, except where `SIDUS_<PART>_PORT` names another.

    Raises LauncherError where a variable holds no port number.
    """
    return {name: _port_of(name, first + place) for place, name in enumerate(LISTENERS)}


def require_free(ports: dict[str, int], listeners: Iterable[str]) -> None:
    """Raises LauncherError that names the first taken port and how to choose another."""
    for name in listeners:
        if not is_free(ports[name]):
            raise LauncherError(
                f"Port {ports[name]}, for {name}, is taken by another program: "
                f"choose others with --port-base or this one with {variable_of(name)}."
            )


def _port_of(listener: str, usual: int) -> int:
    value = os.environ.get(variable_of(listener), str(usual))
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise LauncherError(f"{variable_of(listener)} is {value!r}, which is no port number.")
    return int(value)
