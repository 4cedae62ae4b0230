"""What broke on our side is told as a problem, and breaks nothing else."""

import pytest

from tests.gateway.world import World


@pytest.mark.parametrize("path", ["/api/v1/clients/x", "/sandbox/clock"])
async def test_a_fault_is_told_as_a_problem_over_a_connection_that_stays_open(
    world: World, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(authorization: bytes | None) -> None:
        raise RuntimeError("what somebody typed")

    monkeypatch.setattr(world.runtime.identity, "caller", breaks)
    reader, writer = await world.connected()

    for _ in range(2):
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 500 ")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        assert b"problems/internal-error" in body
        assert b"what somebody typed" not in body
    writer.close()
