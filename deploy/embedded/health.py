"""Asking a part on loopback whether it is ready."""

import asyncio

from deploy.embedded.ports import HOST

ANSWER_SECONDS = 3.0
QUESTION = f"GET /health/ready HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()


async def is_ready(port: int) -> bool:
    """Whether the part on the port answers 200 to `GET /health/ready` within three seconds."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(HOST, port)
            try:
                writer.write(QUESTION)
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    except OSError:
        return False
