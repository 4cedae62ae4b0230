"""docs/openapi.json and docs/asyncapi.json say what the code does, and the command notices when they do not."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy import documents

READ = {name: (documents.DOCS / f"{name}.json").read_text(encoding="utf-8") for name in documents.DOCUMENTS}


def references(value: Any) -> set[str]:
    """Every `$ref` in a document."""
    if isinstance(value, list):
        return set().union(*map(references, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    return own.union(*(references(inner) for inner in value.values()))


def resolved(document: Any, reference: str) -> Any:
    """What a reference within a document leads to."""
    for step in reference.removeprefix("#/").split("/"):
        document = document[step.replace("~1", "/").replace("~0", "~")]
    return document


@pytest.mark.parametrize("name", READ)
def test_the_document_has_not_drifted_from_the_code(name: str) -> None:
    assert READ[name] == documents.written(name)


@pytest.mark.parametrize("name", READ)
def test_every_reference_leads_somewhere(name: str) -> None:
    document = json.loads(READ[name])
    for reference in references(document):
        assert resolved(document, reference)


def test_the_command_tells_of_drift_by_its_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "DOCS", tmp_path)

    def run(*arguments: str) -> int:
        return CliRunner().invoke(documents.cli, [*arguments, "asyncapi"]).exit_code

    assert run("--check") == 1
    assert (run(), run("--check")) == (0, 0)
    written = tmp_path / "asyncapi.json"
    written.write_text(written.read_text().replace("3.0.0", "2.6.0"))
    assert run("--check") == 1


def test_no_internal_address_is_told_to_the_outside() -> None:
    paths = json.loads(READ["openapi"])["paths"]
    assert [path for path in paths if path.startswith(("/internal", "/metrics"))] == []


def test_every_operation_names_its_problems_and_says_what_it_does() -> None:
    paths = json.loads(READ["openapi"])["paths"]
    operations = {
        f"{verb} {path}": one for path, item in paths.items() for verb, one in item.items() if "responses" in one
    }
    assert len(operations) > 50
    assert [name for name, one in operations.items() if not (one.get("description") or one.get("summary"))] == []
    ids = [one["operationId"] for one in operations.values()]
    assert len(set(ids)) == len(ids)
