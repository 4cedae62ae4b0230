"""What of a request and a response may pass between the outside and a service. Pure: no input or output."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from gateway.errand import NAMES as ERRAND_HEADERS
from gateway.errand import Errand
from gateway.problems import AddressRefused, HeaderMalformed, HeadersNotAccepted, HeadersTooLarge

RawHeaders = Iterable[tuple[bytes, bytes]]

_HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
_SET_BY_US: Final = frozenset(
    {
        b"authorization",
        b"content-length",
        b"expect",
        b"forwarded",
        b"host",
        b"traceparent",
        b"tracestate",
        b"x-real-ip",
        b"x-request-id",
    }
)
_NOT_PASSED_IN: Final = _HOP_BY_HOP | _SET_BY_US
_NOT_PASSED_OUT: Final = _HOP_BY_HOP | {b"server", b"date", b"x-request-id"}
_ONCE: Final = frozenset({b"authorization", b"content-length", b"host", b"transfer-encoding"})
_MOST_BYTES: Final = 32 * 1024
_RESERVED: Final = (b"x-road-", b"x-internal-", b"sidus-")
_REFUSED_PATH: Final = re.compile(
    rb"//|/\.{1,2}(?:/|\Z)|\\|[^\x21-\x7e]|%(?:2[ef]|5c|7f|[01][0-9a-f])|%(?![0-9a-f]{2})", re.IGNORECASE
)
_REFUSED_QUERY: Final = re.compile(rb"[^\x21-\x7e]")


def refuse_crooked(path: bytes, query: bytes) -> None:
    """AddressRefused for a path or query that a service could read otherwise than the gateway does.

    Climbing (`..`), empty segments, encoded slashes, dots, backslashes and control characters, broken escapes.
    """
    if _REFUSED_PATH.search(path) or _REFUSED_QUERY.search(query):
        raise AddressRefused


@dataclass(slots=True)
class Inbound:
    """The headers of a request, sorted: what may pass on, and what is for the gateway itself."""

    passing: list[tuple[str, str]] = field(default_factory=list)
    authorization: bytes | None = None
    content_length: int | None = None
    chunked: bool = False
    repeatable: bool = False
    errand: Errand = field(default_factory=Errand)

    @property
    def has_body(self) -> bool:
        """Whether a body follows the headers."""
        return self.chunked or bool(self.content_length)


def inbound(headers: RawHeaders) -> Inbound:
    """Sort the headers of a request; HeadersNotAccepted or HeaderMalformed for those that may not be there.

    HeadersTooLarge when they have more than 32 KiB together.
    """
    sorted_out = Inbound()
    size = 0
    seen_once: set[bytes] = set()
    named_by_connection: set[bytes] = set()
    for name, value in headers:
        size += len(name) + len(value)
        if name in _ONCE:
            if name in seen_once:
                raise HeaderMalformed(name.decode("latin-1"))
            seen_once.add(name)
        if name.startswith(_RESERVED):
            _take_reserved(sorted_out, name, value)
        elif name in _NOT_PASSED_IN:
            _take_own(sorted_out, name, value, named_by_connection)
        elif not name.startswith(b"x-forwarded-"):
            sorted_out.passing.append((name.decode("latin-1"), value.decode("latin-1")))
            if name == b"idempotency-key":
                sorted_out.repeatable = True
    if size > _MOST_BYTES:
        raise HeadersTooLarge
    if sorted_out.chunked and sorted_out.content_length is not None:
        raise HeaderMalformed("content-length")
    _leave_at_this_hop(sorted_out, named_by_connection)
    return sorted_out


def _leave_at_this_hop(sorted_out: Inbound, named_by_connection: set[bytes]) -> None:
    if named_by_connection:
        dropped = {name.decode("latin-1") for name in named_by_connection}
        sorted_out.passing = [header for header in sorted_out.passing if header[0] not in dropped]


def _take_reserved(sorted_out: Inbound, name: bytes, value: bytes) -> None:
    if name not in ERRAND_HEADERS:
        raise HeadersNotAccepted(name.decode("latin-1"))
    sorted_out.errand.take(name, value)


def _take_own(sorted_out: Inbound, name: bytes, value: bytes, named_by_connection: set[bytes]) -> None:
    if name == b"authorization":
        sorted_out.authorization = value
    elif name == b"content-length":
        sorted_out.content_length = _length(value)
    elif name == b"transfer-encoding":
        sorted_out.chunked = True
    elif name == b"connection":
        named_by_connection.update(_tokens(value))


def outbound(headers: RawHeaders) -> list[tuple[bytes, bytes]]:
    """The headers of a service's response that may pass out."""
    lowered = [(name.lower(), value) for name, value in headers]
    dropped = _NOT_PASSED_OUT
    for name, value in lowered:
        if name == b"connection":
            dropped |= _tokens(value)
    return [header for header in lowered if header[0] not in dropped]


def _tokens(value: bytes) -> frozenset[bytes]:
    return frozenset(token.strip().lower() for token in value.split(b","))


def _length(value: bytes) -> int:
    if not value.isdigit() or len(value) > 15:
        raise HeaderMalformed("content-length")
    return int(value)
