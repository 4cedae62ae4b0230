"""The population register (rahvastikuregister), asked live over HTTP."""

import ssl
from functools import cache
from http import HTTPStatus

import httpx
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.case.registers.problems import NotInRegister, RegisterUnavailable
from services.case.registers.schemas import Found

PATIENCE_SECONDS = 5.0


class RegisterSettings(BaseSettings):
    """Where the register is (prefix SIDUS_): in production the security server's address of its service."""

    model_config = SettingsConfigDict(env_prefix="SIDUS_")

    population_register_url: str | None = None


async def ask(personal_code: str) -> Found:
    """Where a person is registered to live. NotInRegister, or RegisterUnavailable when there is no answer."""
    url = RegisterSettings().population_register_url
    if url is None:
        raise RegisterUnavailable("No population register is connected.")
    try:
        async with httpx.AsyncClient(verify=_trust(), trust_env=False, timeout=PATIENCE_SECONDS) as http:
            response = await http.post(f"{url}/addresses", json={"personal_code": personal_code})
    except httpx.HTTPError as error:
        raise RegisterUnavailable from error
    if response.status_code == HTTPStatus.NOT_FOUND:
        raise NotInRegister
    if response.is_error:
        raise RegisterUnavailable
    try:
        return Found.model_validate_json(response.content)
    except ValidationError as error:
        raise RegisterUnavailable from error


@cache
def _trust() -> ssl.SSLContext:
    """The trusted roots, read once: that is dear."""
    return ssl.create_default_context()
