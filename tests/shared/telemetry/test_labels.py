"""Every code that a person may read has words in Estonian, Russian and English."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from shared.labels import LANGUAGES, Labels, preferred

ROOT = Path(__file__).parents[3]
PARTS = {
    folder.name: folder
    for folder in (ROOT / "gateway", *sorted((ROOT / "services").iterdir()))
    if (folder / "labels.yaml").exists()
}
LABELS = {name: Labels.read(folder / "labels.yaml") for name, folder in PARTS.items()} | {"shared": Labels.read()}


def trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted(folder.rglob("*.py")):
        yield file, ast.parse(file.read_text(encoding="utf-8"))


def unmet_codes(tree: ast.Module) -> Iterator[str]:
    """The codes of `failing((holds, "code"), ...)` and of `Unmet("code")`."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        if call.func.id == "failing":
            coded = [argument.elts[1] for argument in call.args if isinstance(argument, ast.Tuple)]
        elif call.func.id == "Unmet":
            coded = call.args[:1]
        else:
            continue
        yield from (code.value for code in coded if isinstance(code, ast.Constant) and isinstance(code.value, str))


def problem_codes(tree: ast.Module) -> Iterator[str]:
    """The `code = "..."` of classes; where a problem stands, such a class is one."""
    for kind in ast.walk(tree):
        if isinstance(kind, ast.ClassDef):
            for line in kind.body:
                target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
                value = getattr(line, "value", None)
                named = isinstance(target, ast.Name) and target.id == "code"
                if named and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield f"problem.{value.value}"


def codes_of(folder: Path) -> set[str]:
    return {code for _, tree in trees(folder) for code in (*unmet_codes(tree), *problem_codes(tree))}


def test_the_codes_are_found() -> None:
    assert {"consent.no-category", "case.already-open", "problem.client-exists"} <= codes_of(PARTS["case"])
    assert {"problem.not-found", "problem.idempotency-key-reused"} <= codes_of(ROOT / "shared")


@pytest.mark.parametrize("part", LABELS)
def test_every_code_in_use_has_a_label(part: str) -> None:
    folder = PARTS.get(part, ROOT / "shared")
    assert sorted(code for code in codes_of(folder) if code not in LABELS[part]) == []


@pytest.mark.parametrize("part", PARTS)
def test_every_unmet_condition_names_its_source(part: str) -> None:
    codes = {code for _, tree in trees(PARTS[part]) for code in unmet_codes(tree)}
    assert sorted(code for code in codes if not LABELS[part].source(code)) == []


@pytest.mark.parametrize("file", [ROOT / "shared/labels.yaml", *(PARTS[part] / "labels.yaml" for part in PARTS)])
def test_every_label_has_words_in_three_languages(file: Path) -> None:
    for code, label in yaml.safe_load(file.read_text(encoding="utf-8")).items():
        assert [language for language in LANGUAGES if not label.get(language, "").strip()] == [], code
        assert any("а" <= letter <= "я" for letter in label["ru"].lower()), f"{code}: not in Russian letters"


def test_a_code_is_labelled_once_only(tmp_path: Path) -> None:
    again = tmp_path / "labels.yaml"
    again.write_text("problem.forbidden: {et: a, ru: б, en: c}")
    with pytest.raises(ValueError, match="labelled twice"):
        Labels.read(again)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("et", "et"),
        ("ET-ee", "et"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("fi, et;q=0.5, ru;q=0.7", "ru"),
        ("et;q=0, ru;q=0.1", "ru"),
        ("et;q=much", "en"),
        ("fi", "en"),
        ("*", "en"),
        ("en;q=0.5,et;q=0.5", "en"),
        ("et; q=0.3, ru; q=0.8", "ru"),
    ],
)
def test_labels_come_in_the_language_asked_for_most(header: str | None, language: str) -> None:
    assert preferred(header) == language
