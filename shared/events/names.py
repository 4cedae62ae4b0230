"""What streams, consumers and subjects are called."""

WATERMARK = "sys.watermark.case"
"""Core NATS subject on which the owner of grants says that it has published everything it committed, and up to which
place of its stream that is."""


def stream_of(service: str) -> str:
    """The name of the stream that a service owns."""
    return service.upper()


WORK = "work"
"""The lane of events that make work: they may pile up without those that close doors waiting behind them."""

LANES = ("", WORK)


def durable_of(follower: str, owner: str, lane: str = "") -> str:
    """The name of the consumer by which one service follows another, on a lane of its own if one is named."""
    return f"{follower}-on-{owner}-{lane}" if lane else f"{follower}-on-{owner}"
