"""The survey library and the policy: what they hold, and how unusable files are refused."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.feedback.configuration import ConfigurationRefused
from services.feedback.policy import POLICY, load_policy
from services.feedback.surveys.library import LIBRARY, load_library
from services.feedback.surveys.rules import Nature

RECOMMENDATION = LIBRARY / "recommendation.v1.yaml"
LANGUAGES = ("et", "ru", "en")


def write(path: Path, content: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(content), "utf-8")
    return path


def changed(original: Path, path: str, value: object) -> dict[str, Any]:
    """The file's content with the value at a dotted path replaced, or removed when None."""
    content: dict[str, Any] = yaml.safe_load(original.read_text("utf-8"))
    *parents, last = path.split(".")
    place: Any = content
    for part in parents:
        place = place[int(part) if part.isdigit() else part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return content


@pytest.mark.parametrize(
    ("nature", "codes"),
    [
        (Nature.VOLUNTARY, ["recommendation", "satisfaction", "comment"]),
        (Nature.MANDATORY, ["smoothness", "satisfaction", "comment"]),
        (Nature.ENFORCEMENT, ["smoothness", "satisfaction", "comment"]),
    ],
)
def test_only_who_could_choose_is_asked_to_recommend(nature: Nature, codes: list[str]) -> None:
    survey = load_library().find("recommendation")

    assert survey is not None
    assert [question.code for question in survey.asked(nature)] == codes


def test_the_newest_version_is_current_and_older_ones_stay_readable(tmp_path: Path) -> None:
    for version in (1, 2, 10):
        write(tmp_path / f"r{version}.yaml", changed(RECOMMENDATION, "version", version))
    library = load_library(tmp_path)

    assert [survey.version for survey in library.current()] == [10]
    assert library.asked_in("recommendation", 2) == library.surveys[1]
    with pytest.raises(LookupError):
        library.asked_in("recommendation", 3)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("questions.0.wordings.voluntary.ru", None, "questions.0.wordings.voluntary.ru: Field required"),
        ("questions.0.required", False, "voluntary needs exactly one required scale, has 0"),
        ("questions.2.required", True, "voluntary needs exactly one required scale, has 2"),
        ("questions.0.lowest", None, "a scale names both its ends"),
        ("questions.1.code", "recommendation", "two questions share a code"),
        ("colour", "red", "colour: Extra inputs are not permitted"),
    ],
)
def test_an_unusable_survey_is_refused_in_words(tmp_path: Path, path: str, value: object, said: str) -> None:
    write(tmp_path / "survey.yaml", changed(RECOMMENDATION, path, value))

    with pytest.raises(ConfigurationRefused, match=r"survey\.yaml cannot be used") as refused:
        load_library(tmp_path)
    assert said in str(refused.value)


def test_a_version_that_stands_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        write(tmp_path / name, changed(RECOMMENDATION, "version", 1))

    with pytest.raises(ConfigurationRefused, match="recommendation version 1 stands in two files"):
        load_library(tmp_path)


def test_a_broken_file_is_refused_without_showing_its_content(tmp_path: Path) -> None:
    (tmp_path / "survey.yaml").write_text("code: [", "utf-8")

    with pytest.raises(ConfigurationRefused, match=r"^survey\.yaml is not readable YAML\.$"):
        load_library(tmp_path)


def test_the_policy_says_which_survey_an_event_asks() -> None:
    policy = load_policy(load_library())

    assert policy.survey_for("contact-noted", Nature.MANDATORY) == "recommendation"
    assert policy.survey_for("case-closed", Nature.MANDATORY) is None


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("quarantine", None, "quarantine: Field required"),
        ("quarantine.days", None, "quarantine.days: Field required"),
        ("quarantine.days", -1, "quarantine.days"),
        ("links.valid_days", 0, "links.valid_days"),
        ("contact.earliest_days", 4, "earliest_days must not be after latest_days"),
        ("calendar.country", "XX", "no calendar of public holidays is known for country 'XX'"),
        ("calendar.time_zone", "Tallinn", "no time zone is called 'Tallinn'"),
        ("triggers.0.natures", ["optional"], "triggers.0.natures"),
        ("triggers.0.survey", "happiness", "no survey is called happiness"),
        ("reminders", {"maximum": 2}, "reminders: Extra inputs are not permitted"),
    ],
)
def test_an_unusable_policy_is_refused_in_words(tmp_path: Path, path: str, value: object, said: str) -> None:
    policy = write(tmp_path / "policy.yaml", changed(POLICY, path, value))

    with pytest.raises(ConfigurationRefused, match=r"policy\.yaml cannot be used") as refused:
        load_policy(load_library(), policy)
    assert said in str(refused.value)


def test_holidays_come_from_the_country_of_the_policy(tmp_path: Path) -> None:
    library = load_library()
    open_all_year = write(tmp_path / "policy.yaml", changed(POLICY, "calendar.dispatch_on_holidays", True))
    midsummer = date(2026, 6, 24)
    assert midsummer in load_policy(library).terms().holidays
    assert midsummer not in load_policy(library, open_all_year).terms().holidays
