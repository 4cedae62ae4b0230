"""What travels to and from the sandbox issuer."""

from typing import Any, Final

from pydantic import BaseModel

TOKEN_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type", "scope"],
                    "properties": {
                        "grant_type": {"type": "string", "const": "client_credentials"},
                        "scope": {"type": "string", "examples": ["role:case_manager officer:mari.maasikas"]},
                        "client_id": {"type": "string", "description": "The agency's code, unless sent as Basic."},
                        "client_secret": {"type": "string"},
                    },
                }
            }
        },
    }
}


class OAuthError(BaseModel):
    """Why no token was given (RFC 6749 section 5.2)."""

    error: str
    error_description: str


class AccessToken(BaseModel):
    """A bearer token, the seconds it lives, and the scope it was granted for."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class IssuerMetadata(BaseModel):
    """Where the issuer's endpoints are and what it can do (RFC 8414)."""

    issuer: str
    token_endpoint: str
    jwks_uri: str
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    response_types_supported: list[str]
