"""The pages a person sees: complete without scripts, loading nothing, readable, in three languages."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from html.parser import HTMLParser

import pytest

from services.feedback.answers import page
from services.feedback.answers.page import Form, Notice
from services.feedback.surveys.library import library
from services.feedback.surveys.rules import Nature
from services.feedback.words import LABELS
from shared.labels import LANGUAGES, Language

NOTICES: tuple[tuple[Notice, int], ...] = (("thanks", 200), ("answered", 410), ("expired", 410), ("unknown", 404))


class Outline(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        """Attributes of the elements with this tag and these attributes."""
        return [have for name, have in self.elements if name == tag and wanted.items() <= have.items()]


def form(
    nature: Nature = Nature.VOLUNTARY,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> Form:
    survey = library().find("recommendation")
    assert survey is not None
    return Form("Tamme vald", date(2026, 11, 12), nature, list(survey.asked(nature)), typed or {}, faults or {})


def html(content: Form, language: Language = "et") -> str:
    return bytes(page.questions(content, language, LABELS).body).decode()


def every_page(language: Language) -> list[str]:
    notices = [bytes(page.notice(notice, language, LABELS).body).decode() for notice, _ in NOTICES]
    return [html(form(nature), language) for nature in Nature] + notices


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_runs_scripts_or_loads_anything(language: Language) -> None:
    for text in every_page(language):
        outline = Outline(text)
        assert not {tag for tag, _ in outline.elements} & {"script", "link", "img", "iframe", "object"}
        assert not re.search(r"https?://|url\(|@import|\son\w+=|\sstyle=", text)


def test_the_policy_sent_with_a_page_allows_its_own_style_and_nothing_else() -> None:
    response = page.questions(form(), "et", LABELS)
    style = re.search(r"<style>(.*)</style>", bytes(response.body).decode(), re.DOTALL)

    assert style is not None
    allowed = b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert response.headers["content-security-policy"].startswith(f"default-src 'none'; style-src 'sha256-{allowed}';")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["x-robots-tag"] == "noindex, nofollow"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_its_language_and_offers_the_others(language: Language) -> None:
    for text in every_page(language):
        outline = Outline(text)
        assert outline.all("html", lang=language)
        assert {a["hreflang"] for a in outline.all("a") if "hreflang" in a} == set(LANGUAGES)
        assert [a["hreflang"] for a in outline.all("a") if "aria-current" in a] == [language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_shows_a_code_in_place_of_words(language: Language) -> None:
    for text in every_page(language):
        assert not re.search(r"\b(page|answer|decision)\.[a-z-]+", text)


@pytest.mark.parametrize("nature", Nature)
def test_every_question_has_a_name_and_every_field_a_label(nature: Nature) -> None:
    content = form(nature)
    outline = Outline(html(content))
    ids = {have["id"] for _, have in outline.elements if "id" in have}

    scales = [question for question in content.questions if question.kind == "scale"]
    assert len(outline.all("fieldset")) == len(outline.all("legend")) == len(scales)
    for question in scales:
        values = [radio["value"] for radio in outline.all("input", type="radio", name=question.code)]
        assert values == [str(score) for score in range(11)] + ([] if question.required else [""])
    assert [label["for"] for label in outline.all("label") if "for" in label] == ["comment"]
    for _, have in outline.elements:
        assert set((have.get("aria-describedby") or "").split()) <= ids


def test_a_page_with_faults_keeps_what_was_typed_and_leads_to_each_fault() -> None:
    typed = {"satisfaction": "4", "comment": '</textarea><script>"x"</script>\nteine rida'}
    response = page.questions(form(typed=typed, faults={"recommendation": "answer.missing"}), "et", LABELS)
    text = bytes(response.body).decode()
    outline = Outline(text)

    assert response.status_code == 422
    assert [radio["value"] for radio in outline.all("input") if "checked" in radio] == ["4"]
    assert "&lt;/textarea&gt;&lt;script&gt;&#34;x&#34;&lt;/script&gt;\nteine rida</textarea>" in text
    assert outline.all("a", href="#recommendation")
    assert outline.all("input", id="recommendation")
    assert outline.all("p", id="recommendation-fault")
    assert outline.all("div", role="alert")


@pytest.mark.parametrize(("notice", "status"), NOTICES)
def test_a_notice_has_the_status_of_what_it_says(notice: Notice, status: int) -> None:
    assert page.notice(notice, "en", LABELS).status_code == status


@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "ground", 7.0),
        ("ink", "paper", 7.0),
        ("quiet", "paper", 4.5),
        ("accent", "ground", 4.5),
        ("paper", "accent", 4.5),
        ("wrong", "paper", 4.5),
        ("line", "paper", 3.0),
    ],
)
def test_colours_differ_enough_to_be_read(front: str, back: str, least: float) -> None:
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]+)", html(form())))
    lighter, darker = sorted((luminance(colours[front]), luminance(colours[back])), reverse=True)

    assert (lighter + 0.05) / (darker + 0.05) >= least


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
