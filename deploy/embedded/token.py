"""A bearer token from the sandbox issuer of a system that is up."""

import json
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from deploy.embedded.errors import LauncherError

ANSWER_SECONDS = 10


def token(gateway_url: str, sandbox: Path, agency: str, scope: str) -> str:
    """Ask `POST /oauth2/token` for a token of the agency. Raises LauncherError where it is refused.

    `sandbox` is the folder in which the issuer keeps each agency's secret; `scope` is a list of
    `role:…`, `officer:…`, `person:…` separated by spaces.
    """
    secret = secret_of(agency, sandbox / "clients.json")
    form = {"grant_type": "client_credentials", "client_id": agency, "client_secret": secret, "scope": scope}
    request = Request(f"{gateway_url}/oauth2/token", urlencode(form).encode())  # noqa: S310 - always http://127.0.0.1
    try:
        with urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            issued: str = json.load(answer)["access_token"]
            return issued
    except HTTPError as refusal:
        raise LauncherError(f"The issuer refused: {refusal.read().decode(errors='replace')}") from refusal
    except URLError as error:
        raise LauncherError(f"The gateway at {gateway_url} does not answer: {error.reason}.") from error


def secret_of(agency: str, clients: Path) -> str:
    """The secret of one agency of the sandbox. Raises LauncherError where the agency is unknown."""
    known: dict[str, str] = json.loads(clients.read_text()) if clients.exists() else {}
    if agency not in known:
        raise LauncherError(f"There is no agency {agency!r} in the sandbox; there are: {', '.join(sorted(known))}.")
    return known[agency]
