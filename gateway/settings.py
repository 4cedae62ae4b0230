"""What the gateway is told by its environment; read when it starts, never on import."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import PositiveFloat, StringConstraints, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.upstreams import SERVICES
from shared.agencies import SANDBOX

HexKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Settings(BaseSettings):
    """Environment of the gateway, prefix `SIDUS_`.

    Tokens are checked against `jwks_url` of an outside issuer, or, in a sandbox, against the gateway's own
    issuer, whose keys and client secrets live in the folder `sandbox_state`. A service that says
    nothing for `service_seconds` is taken to be away.
    """

    model_config = SettingsConfigDict(env_prefix="SIDUS_", env_ignore_empty=True)

    peer_urls: dict[str, str]
    peer_keys: dict[str, HexKey]
    public_url: str = "http://127.0.0.1:8080"
    agencies_file: Path = SANDBOX
    issuer: str | None = None
    audience: str = "sidus"
    jwks_url: str | None = None
    sandbox: bool = False
    sandbox_state: Path | None = None
    clock_file: Path | None = None
    cors_origins: list[str] = []
    service_seconds: PositiveFloat = 10
    log_level: str = "info"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name, given in (("SIDUS_PEER_URLS", self.peer_urls), ("SIDUS_PEER_KEYS", self.peer_keys)):
            if missing := sorted(SERVICES - given.keys()):
                raise ValueError(f"{name} names no {', '.join(missing)}")
        if self.sandbox_state and not self.sandbox:
            raise ValueError("SIDUS_SANDBOX_STATE is for a sandbox only: set SIDUS_SANDBOX=true or leave it out")
        if not self.sandbox_state and not (self.jwks_url and self.issuer):
            raise ValueError("SIDUS_JWKS_URL and SIDUS_ISSUER are needed where there is no sandbox issuer")
        return self

    @property
    def issuer_name(self) -> str:
        """The `iss` that tokens must carry; the sandbox issuer goes by the public address."""
        return self.issuer or self.public_url
