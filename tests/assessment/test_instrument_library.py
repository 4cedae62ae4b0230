"""Instrument files: what is served, and which mistakes stop the service from starting."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.assessment.instruments.rules import Kind, LifeArea
from services.assessment.instruments.store import LIBRARY, REGISTER, LibraryRefused, digest, load
from shared.access.categories import Category

FILE = "initial-mapping-1.yaml"
Content = dict[str, Any]


def original() -> Content:
    content: Content = yaml.safe_load((LIBRARY / FILE).read_text(encoding="utf-8"))
    return content


def shelve(folder: Path, content: Content, *, published_as: Content | None = None) -> Path:
    """A library with this one instrument, registered as it was when it was published."""
    (folder / FILE).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    entry = {"published_on": "2026-01-01", "digest": digest(published_as or content)}
    (folder / REGISTER).write_text(yaml.safe_dump({"initial-mapping-1": entry}))
    return folder


def test_the_published_instrument_asks_about_the_seven_life_areas_of_form_a() -> None:
    instrument = load().newest("initial-mapping")

    assert instrument is not None
    assert [area.code for area in instrument.areas] == list(LifeArea)
    assert instrument.version == 1
    assert instrument.kinds == frozenset(Kind)
    assert instrument.complex_need.areas == 2


def test_only_probation_keeps_its_findings_as_risk() -> None:
    instrument = load().newest("initial-mapping")

    assert instrument is not None
    assert instrument.category.of("probation") is Category.RISK
    assert instrument.category.of("municipality") is Category.NEEDS


def test_the_newest_published_version_is_taken_and_the_older_one_stays(tmp_path: Path) -> None:
    later = original() | {"version": 2}
    shelve(tmp_path, original())
    (tmp_path / "initial-mapping-2.yaml").write_text(yaml.safe_dump(later), encoding="utf-8")
    register = yaml.safe_load((tmp_path / REGISTER).read_text())
    register["initial-mapping-2"] = {"published_on": "2026-02-01", "digest": digest(later)}
    (tmp_path / REGISTER).write_text(yaml.safe_dump(register))

    library = load(tmp_path)

    newest = library.newest("initial-mapping")
    assert newest is not None
    assert newest.version == 2
    assert library.get("initial-mapping", 1) is not None
    assert [one.version for one in library] == [2, 1]


def test_a_file_that_was_not_published_is_not_served(tmp_path: Path) -> None:
    shelve(tmp_path, original())
    (tmp_path / "initial-mapping-2.yaml").write_text("half: written", encoding="utf-8")

    assert [one.name for one in load(tmp_path)] == ["initial-mapping-1"]


def twice_an_area(content: Content) -> None:
    content["areas"].append(content["areas"][0])


def twice_a_resource(content: Content) -> None:
    content["resource_kinds"].append(content["resource_kinds"][0])


def no_russian(content: Content) -> None:
    del content["areas"][1]["label"]["ru"]


def blank_estonian(content: Content) -> None:
    content["title"]["et"] = "  "


def an_unknown_area(content: Content) -> None:
    content["areas"][2]["code"] = "astrology"


def an_unknown_group(content: Content) -> None:
    content["resource_kinds"][0]["group"] = "astral"


def an_unknown_requirement(content: Content) -> None:
    content["completion"].append("assessment.moon-full")


def an_unknown_category(content: Content) -> None:
    content["category"]["by_agency_kind"]["probation"] = "secret"


def no_source(content: Content) -> None:
    del content["areas"][0]["source"]


def a_misspelt_key(content: Content) -> None:
    content["compleks_need"] = content["complex_need"]


def more_areas_than_there_are(content: Content) -> None:
    content["complex_need"]["areas"] = 8


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (twice_an_area, f"{FILE}: the file: areas: listed twice: economic-coping."),
        (twice_a_resource, f"{FILE}: the file: resource_kinds: listed twice: psycho-emotional-state."),
        (no_russian, f"{FILE}: areas.1.label.ru: Field required."),
        (blank_estonian, f"{FILE}: title: no words in et."),
        (an_unknown_area, f"{FILE}: areas.2.code: Input should be 'economic-coping', "),
        (an_unknown_group, f"{FILE}: the file: unknown resource group: astral."),
        (an_unknown_requirement, f"{FILE}: completion.3: Input should be "),
        (an_unknown_category, f"{FILE}: category.by_agency_kind.probation: Input should be "),
        (no_source, f"{FILE}: areas.0.source: Field required."),
        (a_misspelt_key, f"{FILE}: compleks_need: Extra inputs are not permitted."),
        (more_areas_than_there_are, f"{FILE}: the file: complex_need wants 8 areas of 7."),
    ],
)
def test_a_faulty_instrument_is_refused_with_its_place_and_reason(
    tmp_path: Path, spoil: Callable[[Content], None], said: str
) -> None:
    content = original()
    spoil(content)

    with pytest.raises(LibraryRefused) as refused:
        load(shelve(tmp_path, content))

    assert str(refused.value).startswith(said)


def test_an_instrument_changed_after_publication_is_refused(tmp_path: Path) -> None:
    changed = original()
    changed["areas"][0]["label"]["en"] = "Money"

    with pytest.raises(LibraryRefused, match="changed after it was published on 2026-01-01; publish"):
        load(shelve(tmp_path, changed, published_as=original()))


def test_a_published_version_whose_file_is_gone_is_refused(tmp_path: Path) -> None:
    shelve(tmp_path, original())
    (tmp_path / FILE).unlink()

    with pytest.raises(LibraryRefused, match=f"{FILE}: there is no such file"):
        load(tmp_path)


def test_a_file_named_after_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryRefused, match=f"{FILE}: holds initial-mapping-3"):
        load(shelve(tmp_path, original() | {"version": 3}))


def test_a_file_that_is_not_yaml_is_refused(tmp_path: Path) -> None:
    shelve(tmp_path, original())
    (tmp_path / FILE).write_text("areas: [", encoding="utf-8")

    with pytest.raises(LibraryRefused, match=f"{FILE}: is not YAML"):
        load(tmp_path)


def test_the_service_refuses_to_start_on_a_faulty_library_with_one_sentence(tmp_path: Path) -> None:
    content = original()
    an_unknown_group(content)
    shelve(tmp_path, content)
    start = (
        "import sys; from pathlib import Path; from services.assessment.instruments import store;"
        " store.LIBRARY = Path(sys.argv[1]); import services.assessment.app"
    )

    ended = subprocess.run([sys.executable, "-c", start, str(tmp_path)], capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        f"The assessment service cannot start. {FILE}: the file: unknown resource group: astral."
    )
