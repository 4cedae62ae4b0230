"""Header and path hygiene, for any header and any path."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.hygiene import inbound, outbound, refuse_crooked
from gateway.problems import AddressRefused, HeaderMalformed, HeadersNotAccepted, HeadersTooLarge
from gateway.templates import Templates
from gateway.upstreams import SERVICES, destination

TOKEN = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20).map(str.encode)
VALUE = st.binary(max_size=20).map(lambda value: re.sub(rb"[\x00-\x1f\x7f]", b"", value))
PIECE = st.sampled_from(
    [
        "/",
        "//",
        ".",
        "..",
        "%2e",
        "%2E%2e",
        "%2f",
        "%2F",
        "%5c",
        "\\",
        "%00",
        "%0a",
        "%25",
        "%",
        "a",
        "õ",
        " ",
        ";",
        "~",
    ]
)
NEVER_IN = {
    b"authorization", b"connection", b"content-length", b"expect", b"forwarded", b"host", b"keep-alive",
    b"proxy-authorization", b"te", b"trailer", b"traceparent", b"transfer-encoding", b"upgrade", b"x-request-id",
    b"x-forwarded-for", b"x-forwarded-proto", b"x-real-ip",
}  # fmt: skip


def accepted(path: bytes) -> bool:
    try:
        refuse_crooked(path, b"")
    except AddressRefused:
        return False
    return True


@given(st.lists(PIECE, max_size=8).map(lambda pieces: "/api/v1/clients/" + "".join(pieces)))
@example("/api/v1/clients/..")
@example("/api/v1/clients/.")
@example("/api/v1/clients/%252e%252e/x")
def test_an_accepted_path_means_the_same_decoded_as_raw(path: str) -> None:
    raw = path.encode()
    if not accepted(raw):
        return
    decoded = unquote(path)

    assert raw.isascii()
    assert decoded.count("/") == path.count("/")
    assert not {".", ".."} & set(decoded.split("/"))
    assert "//" not in decoded
    assert "\\" not in decoded
    assert decoded.isprintable()


@given(st.from_regex(r"\A(/[A-Za-z0-9_~!$&'()*+,;=:@-]{1,8}){1,5}/?\Z"))
def test_an_ordinary_path_is_accepted(path: str) -> None:
    assert accepted(path.encode())


@given(st.binary(max_size=30))
def test_a_query_never_carries_what_could_split_a_request(query: bytes) -> None:
    try:
        refuse_crooked(b"/a", query)
    except AddressRefused:
        return
    assert not re.search(rb"[^\x21-\x7e]", query)


@given(st.lists(st.tuples(TOKEN | st.sampled_from(sorted(NEVER_IN)), VALUE), max_size=12))
def test_what_passes_in_is_never_ours_to_set(headers: list[tuple[bytes, bytes]]) -> None:
    try:
        request = inbound(headers)
    except (HeaderMalformed, HeadersNotAccepted):
        return
    names = {name.encode() for name, _ in request.passing}

    assert not names & NEVER_IN
    assert not any(name.startswith((b"x-forwarded-", b"x-road-", b"x-internal-", b"sidus-")) for name in names)
    named = {token.strip().lower() for name, value in headers if name == b"connection" for token in value.split(b",")}
    assert not names & named


@given(st.lists(st.tuples(TOKEN, VALUE), max_size=8), TOKEN)
def test_everything_else_passes_in_unchanged_and_in_order(headers: list[tuple[bytes, bytes]], name: bytes) -> None:
    kept = [(b"x-" + given + b"-kept", value) for given, value in [*headers, (name, b"last")]]
    kept = [header for header in kept if not header[0].startswith((b"x-road-", b"x-internal-", b"x-forwarded-"))]

    assert [(n.encode(), v.encode("latin-1")) for n, v in inbound(kept).passing] == kept


@given(st.sampled_from([b"x-road-", b"x-internal-", b"sidus-"]), TOKEN)
def test_headers_of_the_inside_are_refused_by_name(prefix: bytes, rest: bytes) -> None:
    with pytest.raises(HeadersNotAccepted) as refused:
        inbound([(prefix + b"x" + rest, b"secret value")])

    assert refused.value.extensions == {"header": (prefix + b"x" + rest).decode()}


def test_headers_that_are_too_large_together_are_refused() -> None:
    at_most = [(b"x-%d" % number, b"v" * (8 * 1024 - 3)) for number in range(4)]
    assert len(inbound(at_most).passing) == 4

    with pytest.raises(HeadersTooLarge):
        inbound([*at_most, (b"x", b"")])


@pytest.mark.parametrize("name", [b"authorization", b"content-length", b"host", b"transfer-encoding", b"sidus-purpose"])
def test_a_header_that_may_stand_once_is_refused_twice(name: bytes) -> None:
    with pytest.raises(HeaderMalformed):
        inbound([(name, b"1" if name == b"content-length" else b"one"), (name, b"1")])


def test_a_body_has_one_length_only() -> None:
    with pytest.raises(HeaderMalformed):
        inbound([(b"transfer-encoding", b"chunked"), (b"content-length", b"2")])


@given(st.lists(st.tuples(TOKEN.map(bytes.title) | TOKEN, VALUE), max_size=12), st.lists(TOKEN, max_size=3))
def test_what_passes_out_is_no_hop_and_no_advertisement(headers: list[tuple[bytes, bytes]], hops: list[bytes]) -> None:
    sent = [*headers, (b"Connection", b", ".join(hops)), (b"Server", b"x"), (b"Transfer-Encoding", b"chunked")]

    names = {name for name, _ in outbound(sent)}

    assert not names & {b"connection", b"server", b"transfer-encoding", b"keep-alive", *hops}
    assert all(name == name.lower() for name in names)


@given(st.lists(st.sampled_from(["api", "v1", "internal", "clients", "answers", "x", ""]), max_size=6))
def test_only_the_table_leads_anywhere(parts: list[str]) -> None:
    path = "/" + "/".join(parts)
    where = destination(path)

    assert (where is not None) == (parts[:3] == ["api", "v1", "clients"] or parts[:1] == ["answers"])
    assert where is None or path.startswith(where.prefix)


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_what_every_service_has_is_found_under_its_name(service: str) -> None:
    where = destination(f"/api/v1/{service}/dead-letters/1/replay")

    assert where is not None
    assert (where.service, where.public) == (service, False)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/clients/17", "/api/v1/clients/{client_id}"),
        ("/api/v1/clients/search", "/api/v1/clients/search"),
        ("/api/v1/clients/search/consents", "/api/v1/clients/{client_id}/consents"),
        ("/api/v1/clients/Mari-Maasikas/secret", "/api/v1/clients/…"),
        ("/api/v1/clients", "/api/v1/clients/…"),
    ],
)
def test_a_route_is_named_without_what_stands_in_the_path(path: str, name: str) -> None:
    known = ("/api/v1/clients/{client_id}", "/api/v1/clients/search", "/api/v1/clients/{client_id}/consents")

    assert Templates(known).name(path, "/api/v1/clients") == name
