"""What the gateway itself may refuse, and why. The words of each code stand in labels.yaml."""

from typing import ClassVar

from starlette.responses import Response

from shared.http.problems import MEDIA_TYPE, Forbidden, Malformed, Problem, Unauthorised, Unavailable
from shared.labels import Labels, Language


class AddressRefused(Malformed):
    """The path or query is written in a way that two parts could read differently, so it goes nowhere."""

    code = "address-refused"


class HeadersNotAccepted(Malformed):
    """The caller sent headers that only Sidus or an X-Road security server may set."""

    code = "headers-not-accepted"

    def __init__(self, name: str) -> None:
        super().__init__(extensions={"header": name})


class HeaderMalformed(Malformed):
    """A header is not of its form. Its name is told, its value is not repeated."""

    code = "header-malformed"

    def __init__(self, name: str) -> None:
        super().__init__(extensions={"header": name})


class HidingUnexplained(Malformed):
    """The legal code hides the request from the person: it must name a purpose or a case as well."""

    code = "hiding-unexplained"


class HeadersTooLarge(Problem):
    """The headers are larger together than is accepted."""

    status = 431
    code = "headers-too-large"


class TokenMissing(Unauthorised):
    """There is no bearer token."""

    code = "token-missing"

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Bearer realm="sidus"'})


class TokenRefused(Unauthorised):
    """The bearer token is not believed (RFC 6750)."""

    code: ClassVar[str] = "token-malformed"

    def __init__(self) -> None:
        challenge = f'Bearer realm="sidus", error="invalid_token", error_description="{self.code}"'
        super().__init__(headers={"WWW-Authenticate": challenge})


class TokenExpired(TokenRefused):
    """The token's time is over."""

    code = "token-expired"


class TokenNotYetValid(TokenRefused):
    """The token is from the future."""

    code = "token-not-yet-valid"


class TokenForged(TokenRefused):
    """The signature is not the issuer's."""

    code = "token-forged"


class TokenKeyUnknown(TokenRefused):
    """The issuer has no key such as the token names."""

    code = "token-key-unknown"


class TokenAlgorithmRefused(TokenRefused):
    """The token is signed in a way that is not accepted: none, a shared secret, or an unknown algorithm."""

    code = "token-algorithm-refused"


class TokenFromElsewhere(TokenRefused):
    """The token is from another issuer."""

    code = "token-wrong-issuer"


class TokenForOthers(TokenRefused):
    """The token is meant for another audience."""

    code = "token-wrong-audience"


class AgencyUnknown(Forbidden):
    """The token is sound, and its agency is not one that may call."""

    code = "agency-unknown"


class RoleRefused(Forbidden):
    """The agency may not act in a role that the token names."""

    code = "role-not-allowed"


class OfficerUnnamed(Forbidden):
    """An agency's token must name the officer who acts: the access log tells it to the client."""

    code = "officer-unnamed"


class PersonRefused(Forbidden):
    """A portal's token must name a person, and no other agency's token may."""

    code = "person-not-allowed"


class ServiceDown(Unavailable):
    """The service that answers this is down for the moment."""

    code = "service-unavailable"

    def __init__(self, *services: str) -> None:
        super().__init__(extensions={"services": sorted(services)})
        self.services = services


class ServiceSlow(Problem):
    """The service that answers this did not answer in time. A change may have been made: ask before repeating it."""

    status = 504
    code = "service-timeout"

    def __init__(self, service: str) -> None:
        super().__init__(extensions={"services": [service]})


class ToldByService(Problem):
    """A service's own refusal, passed on word for word."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__()
        self._status = status
        self._body = body

    def response(self, labels: Labels, language: Language, request_id: str | None) -> Response:
        """The service's document as it came."""
        return Response(self._body, self._status, {"Cache-Control": "no-store"}, MEDIA_TYPE)
