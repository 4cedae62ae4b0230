"""What streams, consumers and subjects are called."""

WATERMARK = "sys.watermark.case"
"""Core NATS subject on which the owner of grants says that it has published everything it committed, and up to which
place of its stream that is."""


def stream_of(service: str) -> str:
    """The name of the stream that a service owns."""
    return service.upper()


def durable_of(follower: str, owner: str) -> str:
    """The name of the consumer by which one service follows another."""
    return f"{follower}-on-{owner}"
