"""The merged OpenAPI document: pure merging, and keeping up with the services."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.embedded.ports import free_port
from gateway.app import create_app
from gateway.components import clashing
from gateway.documents import FRESH_SECONDS
from gateway.openapi import merge
from shared.http.problems import ProblemDocument
from tests.gateway.conftest import Worlds
from tests.gateway.world import World
from tests.support.waiting import comes_true

URL = "https://sidus.example"
PROBLEM = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
NESTED = PROBLEM.pop("$defs")


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def operation(name: str, schema: str, **more: Any) -> dict[str, Any]:
    answer = {"200": {"description": "ok", "content": {"application/json": {"schema": ref(schema)}}}}
    return {"operationId": name, "tags": ["Things"], "responses": answer, **more}


def document(paths: dict[str, Any], **schemas: Any) -> dict[str, Any]:
    security = {"securitySchemes": {"internal": {"type": "http", "scheme": "bearer"}}}
    return {"openapi": "3.1.0", "paths": paths, "components": {"schemas": schemas, **security}}


CASE = document(
    {
        "/api/v1/clients": {"get": operation("list_items", "Page", security=[{"internal": []}])},
        "/internal/clients": {"get": operation("peek", "Page")},
        "/health/ready": {"get": operation("ready", "Page")},
    },
    Page={"type": "object", "properties": {"items": ref("Item")}},
    Item={"type": "object", "title": "a client"},
    ProblemDocument=PROBLEM,
    **NESTED,
)
FEEDBACK = document(
    {
        "/api/v1/surveys": {"get": operation("list_items", "Page"), "parameters": []},
        "/answers/{token}": {"post": operation("answer", "Only", parameters=[{"name": "token", "in": "path"}])},
    },
    Page={"type": "object", "properties": {"items": ref("Item")}},
    Item={"type": "object", "title": "a survey"},
    Only={
        "oneOf": [ref("Item")],
        "discriminator": {"propertyName": "kind", "mapping": {"a": "#/components/schemas/Item"}},
    },
    ProblemDocument=PROBLEM,
    **NESTED,
)
OWN = document({"/health/live": {"get": operation("live", "Alive", security=[])}}, Alive={"type": "object"})
BOTH = {"gateway": OWN, "case": CASE, "feedback": FEEDBACK}


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
    elif isinstance(value, str) and value.startswith("#/"):
        yield value


def resolves(merged: Any, reference: str) -> bool:
    for step in reference.removeprefix("#/").split("/"):
        merged = merged.get(step)
        if merged is None:
            return False
    return True


def test_only_what_can_be_reached_is_described() -> None:
    assert set(merge(BOTH, public_url=URL)["paths"]) == {
        "/api/v1/clients",
        "/api/v1/surveys",
        "/answers/{token}",
        "/health/live",
    }


def test_components_that_differ_keep_apart_and_those_that_are_alike_stand_once() -> None:
    schemas = merge(BOTH, public_url=URL)["components"]["schemas"]

    assert {"case.Item", "feedback.Item", "case.Page", "feedback.Page", "Only", "Alive"} <= schemas.keys()
    assert [name for name in schemas if name.endswith("ProblemDocument")] == ["ProblemDocument"]
    assert schemas["case.Page"]["properties"]["items"] == ref("case.Item")
    assert schemas["Only"]["discriminator"]["mapping"] == {"a": "#/components/schemas/feedback.Item"}


def test_what_refers_to_a_clash_clashes_however_deep() -> None:
    chain = {f"S{n}": {"items": ref(f"S{n + 1}")} for n in range(5)}
    documents = {name: document({}, **chain, S5={"title": name}, Free={}) for name in ("case", "network")}

    assert clashing(documents) == {("schemas", f"S{n}") for n in range(6)}


def test_every_reference_leads_somewhere() -> None:
    merged = merge(BOTH, public_url=URL)

    assert [reference for reference in references(merged) if not resolves(merged, reference)] == []


def test_operation_ids_are_told_apart() -> None:
    paths = merge(BOTH, public_url=URL)["paths"]

    assert paths["/api/v1/clients"]["get"]["operationId"] == "case_list_items"
    assert paths["/api/v1/surveys"]["get"]["operationId"] == "feedback_list_items"
    assert paths["/answers/{token}"]["post"]["operationId"] == "answer"


def test_the_gateways_security_takes_the_place_of_the_inner_one() -> None:
    merged = merge(BOTH, public_url=URL)

    assert merged["security"] == [{"token": []}]
    assert set(merged["components"]["securitySchemes"]) == {"token"}
    assert "security" not in merged["paths"]["/api/v1/clients"]["get"]
    assert merged["paths"]["/answers/{token}"]["post"]["security"] == []
    assert merged["servers"] == [{"url": URL}]


def test_operations_tell_what_the_gateway_adds() -> None:
    paths = merge(BOTH, public_url=URL)["paths"]
    known, public = paths["/api/v1/clients"]["get"], paths["/answers/{token}"]["post"]

    assert {"200", "400", "401", "403", "413", "431", "503", "504"} == known["responses"].keys()
    assert {"200", "400", "413", "431", "503", "504"} == public["responses"].keys()
    assert {"$ref": "#/components/parameters/Sidus-Purpose"} in known["parameters"]
    assert public["parameters"] == [{"name": "token", "in": "path"}]


def test_a_refusal_is_described_as_the_problem_document_it_is() -> None:
    listed_twice = {"description": "no", "content": {"application/problem+json": {}, "application/json": {}}}
    fastapis = {"description": "?", "content": {"application/json": {"schema": ref("HTTPValidationError")}}}
    other = {"description": "?", "content": {"application/json": {"schema": ref("Only")}}}
    responses = {"404": listed_twice, "422": fastapis, "418": other}
    schemas = {"HTTPValidationError": {"items": ref("ValidationError")}, "ValidationError": {}, "Only": {}}
    described = document({"/api/v1/clients": {"get": {"responses": responses}}}, **schemas)

    merged = merge({"case": described}, public_url=URL)
    told = merged["paths"]["/api/v1/clients"]["get"]["responses"]

    assert told["404"]["content"].keys() == {"application/problem+json"}
    assert told["422"]["content"] == {"application/problem+json": {"schema": ref("ProblemDocument")}}
    assert told["418"] == other
    assert not {"HTTPValidationError", "ValidationError"} & merged["components"]["schemas"].keys()


def test_merging_changes_none_of_the_documents() -> None:
    before = json.dumps(BOTH, sort_keys=True)
    merge(BOTH, public_url=URL)

    assert json.dumps(BOTH, sort_keys=True) == before


def test_the_order_of_the_services_does_not_matter_for_what_is_described() -> None:
    other_way = dict(reversed(BOTH.items()))

    assert merge(other_way, public_url=URL)["paths"] == merge(BOTH, public_url=URL)["paths"]


def test_the_gateways_own_document_merges_from_the_application_alone() -> None:
    merged = merge({"gateway": create_app().openapi()}, public_url=URL)

    assert {"/", "/health/live", "/oauth2/token", "/sandbox/clock"} <= merged["paths"].keys()
    assert "/api/v1/clients/{client_id}/access-log" in merged["paths"]
    assert merged["paths"]["/health/live"]["get"]["security"] == []
    assert "security" not in merged["paths"]["/sandbox/clock"]["put"]
    assert [reference for reference in references(merged) if not resolves(merged, reference)] == []


async def test_the_document_is_served_and_revalidated(world: World) -> None:
    world.case.document = CASE
    first = await world.http.get("/openapi.json")
    again = await world.http.get("/openapi.json", headers={"If-None-Match": first.headers["etag"]})

    assert first.json()["openapi"].startswith("3.1")
    assert "x-unavailable" not in first.json()
    assert (again.status_code, again.content) == (304, b"")


async def test_a_changed_service_is_seen_again_but_not_asked_every_time(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await worlds()
    documents = world.runtime.documents
    await comes_true(lambda: not documents.missing)
    before, looked = await world.http.get("/openapi.json"), world.case.looked_at
    world.case.document = CASE

    unasked = await world.http.get("/openapi.json")
    assert (unasked.headers["etag"], world.case.looked_at) == (before.headers["etag"], looked)

    later = documents._monotonic() + FRESH_SECONDS
    monkeypatch.setattr(documents, "_monotonic", lambda: later)
    changed = await world.http.get("/openapi.json")

    assert "/api/v1/clients" in changed.json()["paths"]
    assert changed.headers["etag"] != before.headers["etag"]
    assert documents.templates.name("/api/v1/clients", "/api/v1/clients") == "/api/v1/clients"


async def test_a_service_that_is_down_is_named_and_keeps_its_last_word(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    world = await worlds(urls={"network": f"http://127.0.0.1:{port}"})
    world.case.document = CASE
    documents = world.runtime.documents
    soon = documents._monotonic() + FRESH_SECONDS
    monkeypatch.setattr(documents, "_monotonic", lambda: soon)
    served = (await world.http.get("/openapi.json")).json()

    assert served["x-unavailable"] == ["network"]
    assert "/api/v1/clients" in served["paths"]

    monkeypatch.setattr(documents, "_monotonic", lambda: soon + FRESH_SECONDS)
    monkeypatch.setattr(
        world.runtime.exchange, "_urls", dict.fromkeys(world.runtime.exchange._urls, "http://127.0.0.1:1")
    )
    assert (await world.http.get("/openapi.json")).json() == served


async def test_the_documentation_page_asks_nothing_of_the_outside(world: World) -> None:
    page = await world.http.get("/docs")
    script = await world.http.get("/docs/start.js")
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    policy = page.headers["content-security-policy"]

    assert not re.search(r"https?:|//[a-z]", page.text + script.text)
    assert "validatorUrl: null" in script.text
    assert "<script>" not in page.text
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    for path in [path for path in named if path.startswith("/")]:
        asset = await world.http.get(path)
        assert asset.status_code == 200, path
        assert asset.content
    assert "SwaggerUIBundle" in (await world.http.get("/docs/assets/swagger-ui-bundle.js")).text


@pytest.mark.parametrize("name", ["redoc.standalone.js", "..%2f__init__.py", "nothing.css"])
async def test_only_the_pages_own_assets_are_served(world: World, name: str) -> None:
    assert (await world.http.get(f"/docs/assets/{name}")).status_code == 404
