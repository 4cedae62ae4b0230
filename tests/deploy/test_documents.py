"""The documents of the interface say what the code does, and a difference is noticed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy import documents


@pytest.mark.parametrize("name", documents.DOCUMENTS)
def test_the_document_in_the_repository_says_what_the_code_does(name: str) -> None:
    is_current = (documents.DOCS / f"{name}.json").read_text() == documents.written(name)

    assert is_current, f"write it anew with: make {name}"


def test_a_document_that_has_drifted_fails_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "DOCS", tmp_path)
    sidus = CliRunner()
    assert sidus.invoke(documents.cli, ["asyncapi"]).exit_code == 0
    assert sidus.invoke(documents.cli, ["asyncapi", "--check"]).exit_code == 0
    file = tmp_path / "asyncapi.json"

    file.write_text(file.read_text().replace("case.case.opened", "case.case.begun"))

    assert sidus.invoke(documents.cli, ["asyncapi", "--check"]).exit_code == 1


def test_every_reference_in_the_documents_leads_somewhere() -> None:
    for name in documents.DOCUMENTS:
        document = json.loads(documents.written(name))
        for reference in _references(document):
            assert _found(document, reference), reference


def test_every_event_is_told_by_its_owner_and_followed_by_those_who_subscribe() -> None:
    operations = documents.asyncapi()["operations"]

    assert operations["network-tells-network.meeting.decided"]["action"] == "send"
    assert operations["case-follows-network.meeting.decided"]["action"] == "receive"


def _references(value: object) -> list[str]:
    if isinstance(value, list):
        return [reference for item in value for reference in _references(item)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [reference for item in value.values() for reference in _references(item)]


def _found(document: dict[str, object], reference: str) -> bool:
    place: object = document
    for step in reference.removeprefix("#/").split("/"):
        place = place.get(step) if isinstance(place, dict) else None
    return place is not None
