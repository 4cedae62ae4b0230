"""What a service process is told by its environment (prefix SIDUS_)."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.agencies import SANDBOX


class ServiceSettings(BaseSettings):
    """The environment of one service process; keys are secrets of 32 bytes in hex."""

    model_config = SettingsConfigDict(env_prefix="SIDUS_")

    database_url: str
    nats_url: str
    trusted_keys: dict[str, str] = Field(description="caller -> key, of the callers this service believes")
    signing_key: str = Field(min_length=64, description="signs cursors and links")
    previous_signing_keys: list[str] = Field(default=[], description="keys before; what they signed is believed")
    peer_keys: dict[str, str] = Field(default={}, description="service -> key, for calls to peers")
    peer_urls: dict[str, str] = Field(default={}, description="service -> address")
    public_url: str = "http://127.0.0.1:8080"
    agencies_file: Path = SANDBOX
    sandbox: bool = False
    clock_file: Path | None = None
    log_level: str = "info"
    pool_size: int = 10
    stream_replicas: int = 1
