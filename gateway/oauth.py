"""The sandbox issuer's endpoints (RFC 6749 client credentials, RFC 7517, RFC 8414). Elsewhere they do not exist."""

from base64 import b64decode
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from gateway.issuer import LIFETIME, Issuer, ScopeRefused, granted
from gateway.oauth_schemas import TOKEN_FORM, AccessToken, IssuerMetadata, OAuthError
from gateway.openapi import OPEN
from gateway.runtime import Running
from shared.agencies import Agency
from shared.http.problems import NotFound, TooLarge, problems

router = APIRouter(tags=["Sandbox issuer"])
LONGEST_FORM: Final = 8192
_NO_STORE: Final = {"Cache-Control": "no-store"}


class _NotGiven(Exception):
    """No token, told in the shape of RFC 6749 and not as a problem document."""

    def __init__(self, error: str, why: str, status: int = 400) -> None:
        self.document = OAuthError(error=error, error_description=why)
        self.status = status

    def response(self) -> Response:
        challenge = {"WWW-Authenticate": 'Basic realm="sidus"'} if self.status == 401 else {}
        return JSONResponse(self.document.model_dump(), self.status, _NO_STORE | challenge)


def _issuer(runtime: Running) -> Issuer:
    if runtime.issuer is None:
        raise NotFound
    return runtime.issuer


SandboxIssuer = Annotated[Issuer, Depends(_issuer)]


@router.post(
    "/oauth2/token",
    response_model=AccessToken,
    responses={400: {"model": OAuthError}, 401: {"model": OAuthError}, **problems(NotFound, TooLarge)},
    openapi_extra=TOKEN_FORM | OPEN,
)
async def give_token(request: Request, issuer: SandboxIssuer, runtime: Running) -> Response:
    """An access token for an agency, by its client id and secret, as HTTP Basic or in the form.

    `scope` holds `role:` items and an optional `officer:`; for a portal `role:person` and `person:<client id>`.
    """
    try:
        form = await _form(request)
        agency = _authenticated(issuer, request.headers.get("authorization"), form)
        if form.get("grant_type") != "client_credentials":
            raise _NotGiven("unsupported_grant_type", "only client_credentials is known here")
        asked = granted(agency, form.get("scope", ""))
    except _NotGiven as refusal:
        return refusal.response()
    except ScopeRefused as refusal:
        return _NotGiven("invalid_scope", refusal.why).response()
    given = AccessToken(
        access_token=issuer.token(agency, asked, runtime.clock.now()),
        token_type="Bearer",  # noqa: S106 - the kind of token, not a secret
        expires_in=int(LIFETIME.total_seconds()),
        scope=asked.scope,
    )
    return JSONResponse(given.model_dump(), headers=_NO_STORE)


@router.get("/oauth2/jwks.json", responses=problems(NotFound), openapi_extra=OPEN)
async def published_keys(issuer: SandboxIssuer) -> dict[str, list[dict[str, Any]]]:
    """The public keys that the sandbox's tokens are signed with (RFC 7517)."""
    return {"keys": [dict(key.as_dict(private=False)) for key in issuer.keys]}


@router.get("/.well-known/oauth-authorization-server", responses=problems(NotFound), openapi_extra=OPEN)
async def issuer_metadata(issuer: SandboxIssuer, runtime: Running) -> IssuerMetadata:
    """Where the issuer's endpoints are (RFC 8414)."""
    return IssuerMetadata(
        issuer=issuer.name,
        token_endpoint=f"{runtime.settings.public_url}/oauth2/token",
        jwks_uri=f"{runtime.settings.public_url}/oauth2/jwks.json",
        grant_types_supported=["client_credentials"],
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
        response_types_supported=[],
    )


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise TooLarge
    try:
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError as error:
        raise _NotGiven("invalid_request", "the body is not a form") from error
    form = dict(fields)
    if len(form) != len(fields):
        raise _NotGiven("invalid_request", "a field stands twice")
    return form


def _authenticated(issuer: Issuer, authorization: str | None, form: dict[str, str]) -> Agency:
    credentials = _basic(authorization) if authorization else (form.get("client_id"), form.get("client_secret"))
    if authorization and "client_secret" in form:
        raise _NotGiven("invalid_request", "credentials stand both in the header and in the form")
    client_id, secret = credentials
    agency = issuer.client(client_id, secret) if client_id and secret else None
    if agency is None:
        raise _NotGiven("invalid_client", "the client id or its secret is not right", 401)
    return agency


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        name, _, secret = b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except ValueError as error:
        raise _NotGiven("invalid_client", "the credentials cannot be read", 401) from error
    if scheme.lower() != "basic":
        raise _NotGiven("invalid_client", "the client authenticates as Basic or in the form", 401)
    return unquote_plus(name), unquote_plus(secret)
