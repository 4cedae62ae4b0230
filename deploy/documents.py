"""The interface as documents, generated from the code: docs/openapi.json and docs/asyncapi.json."""

import json
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from deploy.embedded.landscape import GATEWAY, SERVICES, app_of
from gateway.openapi import merge
from shared.events.catalog import EVENTS
from shared.events.consumer import Subscription
from shared.events.envelope import CONTENT_TYPE, Envelope, Event
from shared.events.names import stream_of

DOCS = Path(__file__).parents[1] / "docs"
PUBLIC_URL = "http://127.0.0.1:8080"
MODELS: tuple[type[BaseModel], ...] = (Envelope, *EVENTS)
SCHEMAS = "#/components/schemas/{model}"
cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def openapi() -> dict[str, Any]:
    """The OpenAPI document of the whole interface, as the gateway serves it."""
    documents = {part: _app(part).openapi() for part in (GATEWAY, *SERVICES)}
    return merge(documents, public_url=PUBLIC_URL)


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3.0 document: every event, the service that tells it, and those that follow it."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Sidus: events",
            "version": _app(GATEWAY).version,
            "description": "What happened, as ids and codes, never personal data: CloudEvents 1.0 over NATS JetStream.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {event.kind: _channel(event) for event in EVENTS},
        "operations": {name: operation for event in EVENTS for name, operation in _operations(event)},
        "components": {
            "messages": {event.__name__: _message(event) for event in EVENTS},
            "schemas": {model.__name__: _schema(model) for model in MODELS},
        },
    }


def _app(part: str) -> Any:
    module, name = app_of(part).split(":")
    return getattr(import_module(module), name)


def _channel(event: type[Event]) -> dict[str, Any]:
    return {
        "address": f"evt.{event.kind}.{{aggregate_id}}",
        "parameters": {"aggregate_id": {"description": "Id (UUIDv7) of what the event is about."}},
        "messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"}},
        "x-stream": stream_of(event.owner()),
    }


def _operations(event: type[Event]) -> list[tuple[str, dict[str, Any]]]:
    channel = {"$ref": f"#/channels/{event.kind}"}
    told = (f"{event.owner()}-tells-{event.kind}", {"action": "send", "channel": channel})
    followers = [follower for follower in SERVICES if event in _followed_by(follower)]
    return [told, *((f"{name}-follows-{event.kind}", {"action": "receive", "channel": channel}) for name in followers)]


def _followed_by(service: str) -> set[type[Event]]:
    subscriptions: tuple[Subscription, ...] = import_module(f"services.{service}.handlers").SUBSCRIPTIONS
    return {event for subscription in subscriptions for event in subscription.handlers}


def _message(event: type[Event]) -> dict[str, Any]:
    data = {"properties": {"type": {"const": event.type()}, "data": {"$ref": SCHEMAS.format(model=event.__name__)}}}
    return {
        "name": event.type(),
        "summary": (event.__doc__ or "").strip(),
        "payload": {"allOf": [{"$ref": SCHEMAS.format(model=Envelope.__name__)}, data]},
    }


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """A model's JSON Schema with what it refers to written out in place."""
    schema = model.model_json_schema(mode="serialization")
    definitions = schema.pop("$defs", {})
    written: dict[str, Any] = _in_place(schema, definitions)
    return written


def _in_place(value: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_in_place(item, definitions) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return _in_place(definitions[value["$ref"].rpartition("/")[2]], definitions)
    return {key: _in_place(item, definitions) for key, item in value.items()}


DOCUMENTS: dict[str, Callable[[], dict[str, Any]]] = {"openapi": openapi, "asyncapi": asyncapi}


def written(name: str) -> str:
    """The text of `docs/<name>.json` as the code now has it."""
    return json.dumps(DOCUMENTS[name](), indent=2, ensure_ascii=False) + "\n"


@cli.command()
def main(
    names: Annotated[list[str] | None, typer.Argument(help="openapi, asyncapi; both unless named.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 where a document has drifted.")] = False,
) -> None:
    """Write the documents, or check that they say what the code does."""
    texts = {DOCS / f"{name}.json": written(name) for name in names or DOCUMENTS}
    if check:
        drifted = [file.name for file, text in texts.items() if not file.exists() or file.read_text() != text]
        if drifted:
            sys.exit(f"Drifted from the code: {', '.join(drifted)}. Write them anew with make openapi asyncapi.")
        return
    DOCS.mkdir(exist_ok=True)
    for file, text in texts.items():
        file.write_text(text)


if __name__ == "__main__":
    cli()
