"""The environment of each process: exactly what it needs, and the secrets of nobody else."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

from deploy.embedded.databases import url_of
from deploy.embedded.landscape import CALLS, GATEWAY, REGISTER, SERVICES, callers_of
from deploy.embedded.ports import HOST
from deploy.embedded.state import DataFolder

PASSED_ON = (
    "SIDUS_LOG_LEVEL",
    "SIDUS_AGENCIES_FILE",
    "SIDUS_ISSUER",
    "SIDUS_AUDIENCE",
    "SIDUS_JWKS_URL",
    "SIDUS_CORS_ORIGINS",
    "SIDUS_POPULATION_REGISTER_URL",
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything is: URLs that carry the password of the service they are for."""

    ports: Mapping[str, int]
    databases: Mapping[str, str]
    nats: Mapping[str, str]

    def http(self, part: str) -> str:
        """The base address of a part that answers HTTP."""
        return f"http://{HOST}:{self.ports[part]}"


def environment_of(part: str, addresses: Addresses, data: DataFolder) -> dict[str, str]:
    """The environment variables of one of the five HTTP processes."""
    called = CALLS.get(part, ())
    common = {
        "SIDUS_SANDBOX": "true",
        "SIDUS_CLOCK_FILE": str(data.clock),
        "SIDUS_PUBLIC_URL": addresses.http(GATEWAY),
        "SIDUS_PEER_URLS": json.dumps({peer: addresses.http(peer) for peer in called}),
        "SIDUS_PEER_KEYS": json.dumps({peer: data.secret(f"key {part} to {peer}") for peer in called}),
        "SIDUS_SIGNING_KEY": data.secret(f"signing key of {part}"),
    }
    own = _gateway(addresses, data) if part == GATEWAY else _service(part, addresses, data)
    return common | own | {name: os.environ[name] for name in PASSED_ON if name in os.environ}


def _gateway(addresses: Addresses, data: DataFolder) -> dict[str, str]:
    return {
        "SIDUS_ISSUER": addresses.http(GATEWAY),
        "SIDUS_AUDIENCE": "sidus",
        "SIDUS_SANDBOX_STATE": str(data.sandbox),
    }


def _service(part: str, addresses: Addresses, data: DataFolder) -> dict[str, str]:
    callers = callers_of(part)
    outside = {"SIDUS_POPULATION_REGISTER_URL": addresses.http(REGISTER)} if part == "case" else {}
    return outside | {
        "SIDUS_DATABASE_URL": addresses.databases[part],
        "SIDUS_NATS_URL": addresses.nats[part],
        "SIDUS_TRUSTED_KEYS": json.dumps({caller: data.secret(f"key {caller} to {part}") for caller in callers}),
    }


def database_urls(data: DataFolder, server: str) -> dict[str, str]:
    """The address of each service's database on a server, under the service's own role."""
    return {name: url_of(name, password, server) for name, password in passwords(data, "database").items()}


def passwords(data: DataFolder, kind: str, others: tuple[str, ...] = ()) -> dict[str, str]:
    """The password of each service for `kind` of server, and of the other users named."""
    return {user: data.secret(f"{kind} password of {user}") for user in (*SERVICES, *others)}
