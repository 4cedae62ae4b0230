"""Problem documents (RFC 9457): the one shape in which anything that went wrong is told."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import orjson
from pydantic import BaseModel, Field
from starlette.responses import Response

from shared.labels import Labels, Language
from shared.rules import Unmet

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "https://sidus.example/problems/"


class InvalidField(BaseModel):
    """One thing wrong with the input: where (JSON pointer, RFC 6901) and why. The value is never repeated."""

    pointer: str
    code: str
    detail: str


class UnmetCondition(BaseModel):
    """A condition that keeps a request from being carried out, in words, with the source of the rule."""

    code: str
    detail: str
    source: str | None = None
    pointer: str | None = None

    @classmethod
    def of(cls, unmet: Unmet, labels: Labels, language: Language) -> Self:
        """The condition in words."""
        return cls(
            code=unmet.code,
            detail=labels.text(unmet.code, language),
            source=labels.source(unmet.code),
            pointer=unmet.pointer,
        )


class ProblemDocument(BaseModel):
    """What went wrong (RFC 9457). `type` is stable; `title` is in the language asked for."""

    type: str = Field(examples=[f"{TYPE_BASE}not-found"])
    title: str
    status: int
    detail: str | None = None
    request_id: str | None = None
    errors: list[InvalidField] | None = None
    unmet: list[UnmetCondition] | None = None


class Problem(Exception):
    """Anything told to a caller as a problem document. `code` is its stable name and its label."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal-error"

    def __init__(
        self,
        detail: str | None = None,
        *,
        unmet: Sequence[Unmet] = (),
        errors: Sequence[InvalidField] = (),
        extensions: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(self.code)
        self.detail = detail
        self.unmet = list(unmet)
        self.errors = list(errors)
        self.extensions = dict(extensions or {})
        self.headers = dict(headers or {})

    def document(self, labels: Labels, language: Language, request_id: str | None) -> dict[str, Any]:
        """The problem as it travels; empty members are left out."""
        members: dict[str, Any] = {
            "type": TYPE_BASE + self.code,
            "title": labels.text(f"problem.{self.code}", language),
            "status": self.status,
            "detail": self.detail,
            "request_id": request_id,
            "errors": [error.model_dump() for error in self.errors],
            "unmet": [UnmetCondition.of(unmet, labels, language).model_dump(exclude_none=True) for unmet in self.unmet],
            **self.extensions,
        }
        return {name: value for name, value in members.items() if value not in (None, [])}

    def response(self, labels: Labels, language: Language, request_id: str | None) -> Response:
        """The HTTP response that carries the document."""
        return Response(
            orjson.dumps(self.document(labels, language, request_id)),
            status_code=self.status,
            headers={"Content-Language": language, "Cache-Control": "no-store", **self.headers},
            media_type=MEDIA_TYPE,
        )


class Malformed(Problem):
    """The body is not JSON in UTF-8, or a header is not of its form."""

    status = 400
    code = "malformed"


class Unauthorised(Problem):
    """Nobody, or nobody we believe, is calling."""

    status = 401
    code = "unauthorised"

    def __init__(self, detail: str | None = None, **more: Any) -> None:
        super().__init__(detail, **{"headers": {"WWW-Authenticate": "Bearer"}, **more})


class Forbidden(Problem):
    """We know who calls, and they may not do this."""

    status = 403
    code = "forbidden"


class Refused(Problem):
    """A rule keeps this from being done now; every unmet condition is named with its source."""

    status = 409
    code = "refused"

    def __init__(self, unmet: Sequence[Unmet], detail: str | None = None) -> None:
        super().__init__(detail, unmet=unmet)


class ClientErased(Refused):
    """Everything of the client was erased, and nothing is recorded of them any more."""

    status = 410
    code = "client-erased"


class NoGround(Refused):
    """The actor has no ground to see what it asked for; the document says what would give one."""

    status = 403
    code = "no-ground"


class NotFound(Problem):
    """There is no such thing, or it is not for this actor to know."""

    status = 404
    code = "not-found"


class MethodNotAllowed(Problem):
    """The resource does not know this method."""

    status = 405
    code = "method-not-allowed"


class Conflict(Problem):
    """The request contradicts what is already there."""

    status = 409
    code = "conflict"


class StaleVersion(Problem):
    """Somebody changed the resource after the version named in If-Match."""

    status = 412
    code = "stale-version"


class TooLarge(Problem):
    """The body is larger than is accepted."""

    status = 413
    code = "too-large"


class Invalid(Problem):
    """The input was understood and is wrong; each error points at its place."""

    status = 422
    code = "invalid"


class PreconditionRequired(Problem):
    """A change must say in If-Match which version it changes."""

    status = 428
    code = "precondition-required"


class InternalError(Problem):
    """Something broke on our side; the request id finds it in the log."""


class Unavailable(Problem):
    """A part that is needed is down for the moment."""

    status = 503
    code = "unavailable"

    def __init__(self, detail: str | None = None, **more: Any) -> None:
        super().__init__(detail, **{"headers": {"Retry-After": "2"}, **more})


class AccessStateUnknown(Unavailable):
    """The service cannot know whether another agency's grant still stands, so it does not rest on one."""

    code = "access-state-unknown"


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of an endpoint that may answer with these problems."""
    by_status: dict[int | str, list[type[Problem]]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(kind)
    return {status: _described(kinds) for status, kinds in by_status.items()}


def _described(kinds: Sequence[type[Problem]]) -> dict[str, Any]:
    words = " ".join((kind.__doc__ or kind.code).splitlines()[0] for kind in kinds)
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    return {"description": words, "content": {MEDIA_TYPE: {"schema": schema}}, "model": ProblemDocument}
