"""Structured logs: one JSON object a line, with the request id, and nothing that identifies a person."""

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from functools import partial
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

PERSONAL_CODE = re.compile(
    r"\b(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32})\b|(?P<code>(?<!\d)[1-8]\d{10}(?!\d))"
)
"""A personal code, or an id of ours: eleven digits within that are none."""
REDACTED = "[redacted]"


def configure(service: str, level: str, output: TextIO | None = None) -> None:
    """Send every log line of the process, uvicorn's and libraries' included, to the output as one JSON object."""
    output = output or sys.stdout
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        failures_without_values,
        redacted,
    ]
    rendered = (_named(service), structlog.processors.JSONRenderer(serializer=_json))
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
    )
    handler = logging.StreamHandler(output)
    handler.setFormatter(formatter)
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        # uvicorn's access log names whole paths and queries; where its logger has a handler, it is on.
        logging.getLogger(name).propagate = name != "uvicorn.access"
    for name in ("httpx", "httpcore", "nats"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, *rendered],
        logger_factory=partial(_Lines, output),
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )


class _Lines(structlog.WriteLogger):
    """Our own lines go straight to the output: a request leaves one, and the standard library's way is a long one."""

    def __init__(self, output: TextIO, name: str) -> None:
        super().__init__(output)
        self.name = name


def _json(line: EventDict, **unused: object) -> str:
    return orjson.dumps(line, default=str).decode()


def failures_without_values(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and the places it passed: messages may quote what a person typed.

    Of the line's own text the first line stays: below it, asyncio describes the task that failed, message and all.
    """
    failure = event.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()
    error = failure[1] if isinstance(failure, tuple) else failure
    if isinstance(error, BaseException):
        event["event"] = str(event.get("event")).partition("\n")[0]
        event["error"] = type(error).__qualname__
        event["places"] = [f"{f.filename.rsplit('/', 2)[-2:]}:{f.lineno}:{f.name}" for f in _frames(error)]
    return event


def _frames(error: BaseException) -> list[traceback.FrameSummary]:
    return list(traceback.extract_tb(error.__traceback__))[-8:]


def redacted(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A last guard: anything that looks like a personal code is taken out of a line."""
    return {name: value if name.startswith("_") else _redacted(value) for name, value in event.items()}


def _redacted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _redacted(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(inner) for inner in value]
    if isinstance(value, bool | float | None):
        return value
    text = str(value)
    clean = PERSONAL_CODE.sub(lambda found: REDACTED if found["code"] else found[0], text)
    return value if clean == text else clean


def _named(service: str) -> Any:
    def add(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    return add
