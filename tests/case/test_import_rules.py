"""What becomes of a register's rows, and how its flat form is read and written."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.case.clients.rules import MaritalStatus, SocialStatus
from services.case.imports import rules
from services.case.imports.columns import Kind, flat, guarded, unguarded, written
from services.case.imports.reading import COLUMNS, CSV, JSON_LINES, rows_in
from services.case.imports.rules import Claim, OnExisting, Outcome, Progress, State, Taken
from shared.http.problems import Invalid, Malformed, Problem, TooLarge
from tests.case.unmet import codes
from tests.support.register import forms

ALL = list(COLUMNS.values())
A, B, C = (UUID(int=n) for n in (1, 2, 3))
NEW, OLD = Outcome.CREATED, Outcome.EXISTS


@pytest.mark.parametrize(
    ("claims", "taken", "outcomes"),
    [
        ([Claim(A, ["a"]), Claim(B, ["b"])], {}, [(NEW, A), (NEW, B)]),
        ([Claim(A, ["a"]), Claim(B, ["a"])], {}, [(NEW, A), (Outcome.REPEATED, A)]),
        ([Claim(A, ["a", "x"]), Claim(B, ["b", "x"])], {}, [(NEW, A), (Outcome.REPEATED, A)]),
        ([Claim(A, ["a"])], {"a": Taken(C)}, [(OLD, C)]),
        ([Claim(A, ["a"]), Claim(B, ["a"])], {"a": Taken(C)}, [(OLD, C), (OLD, C)]),
        ([Claim(A, ["a"])], {"a": Taken(C, by_this_import=True)}, [(Outcome.REPEATED, C)]),
        ([Claim(A, ["a"], ["wrong"]), Claim(B, ["a"])], {}, [(Outcome.REFUSED, None), (NEW, B)]),
        ([Claim(A, [], ["wrong"])], {}, [(Outcome.REFUSED, None)]),
        ([], {}, []),
    ],
)
def test_what_becomes_of_rows(claims: list[Claim], taken: dict[Any, Taken], outcomes: list[Any]) -> None:
    assert [(one.outcome, one.client_id) for one in rules.verdicts(claims, taken)] == outcomes


UPDATED, REPEATED = Outcome.UPDATED, Outcome.REPEATED


@pytest.mark.parametrize(
    ("claims", "taken", "outcomes"),
    [
        ([Claim(A, ["a", "K"], link="K")], {"K": Taken(C)}, [(UPDATED, C)]),
        ([Claim(A, ["a", "K"], link="K")], {"a": Taken(B), "K": Taken(C)}, [(UPDATED, C)]),
        ([Claim(A, ["a", "K"], link="K")], {"a": Taken(B)}, [(OLD, B)]),
        ([Claim(A, ["a", "K"], link="K")], {}, [(NEW, A)]),
        ([Claim(A, ["a", "K"], link="K")], {"K": Taken(C, by_this_import=True)}, [(REPEATED, C)]),
        ([Claim(A, ["a", "K"], link="K"), Claim(B, ["b", "K"], link="K")], {"K": Taken(C)}, [(UPDATED, C)] * 2),
        ([Claim(A, ["a", "K"], link="K"), Claim(B, ["b", "K"], link="K")], {}, [(NEW, A), (REPEATED, A)]),
        ([Claim(A, ["a", "K"], link="K"), Claim(B, ["a"])], {"K": Taken(C)}, [(UPDATED, C), (REPEATED, C)]),
        ([Claim(A, ["a", "K"], ["wrong"], link="K")], {"K": Taken(C)}, [(Outcome.REFUSED, None)]),
        ([Claim(A, ["a"])], {"a": Taken(C)}, [(OLD, C)]),
    ],
)
def test_what_becomes_of_rows_where_records_are_updated(
    claims: list[Claim], taken: dict[Any, Taken], outcomes: list[Any]
) -> None:
    found = rules.verdicts(claims, taken, OnExisting.UPDATE)
    assert [(one.outcome, one.client_id) for one in found] == outcomes


def test_a_dry_run_names_no_record_that_it_does_not_make() -> None:
    judged = rules.verdicts([Claim(A, ["a"]), Claim(B, ["a"]), Claim(B, ["c"])], {"c": Taken(C)})
    tried = [rules.in_dry_run(verdict) for verdict in judged]
    assert [(one.outcome, one.client_id) for one in tried] == [
        (Outcome.CREATABLE, None),
        (Outcome.REPEATED, None),
        (Outcome.EXISTS, C),
    ]


def progress(next_row: int = 11, expected: int | None = 20, state: State = State.OPEN) -> Progress:
    return Progress(state, next_row, expected)


@pytest.mark.parametrize(
    ("so_far", "first", "count", "unmet"),
    [
        (progress(), 11, 10, []),
        (progress(), 1, 20, []),
        (progress(), 12, 1, ["import.rows-skipped"]),
        (progress(), 11, 11, ["import.too-many-rows"]),
        (progress(expected=None), 11, 2000, []),
        (progress(state=State.COMPLETED), 11, 1, ["import.ended"]),
        (progress(state=State.ABANDONED), 5, 7, ["import.ended"]),
        (progress(state=State.COMPLETED), 1, 10, []),
        (progress(), 11, 0, []),
    ],
)
def test_when_rows_may_come(so_far: Progress, first: int, count: int, unmet: list[str]) -> None:
    assert codes(rules.rows_unmet(so_far, first, count)) == unmet


@pytest.mark.parametrize(
    ("so_far", "completion", "abandonment"),
    [
        (progress(), ["import.rows-missing"], []),
        (progress(next_row=21), [], []),
        (progress(expected=None), [], []),
        (progress(next_row=21, state=State.COMPLETED), ["import.ended"], ["import.ended"]),
        (progress(next_row=21, state=State.ABANDONED), ["import.ended"], ["import.ended"]),
    ],
)
def test_when_an_import_may_end(so_far: Progress, completion: list[str], abandonment: list[str]) -> None:
    actions = rules.allowed_actions(so_far)
    assert (codes(actions["completion"]), codes(actions["abandonment"])) == (completion, abandonment)


def test_every_field_of_the_form_has_a_column() -> None:
    kinds = {name: column.kind for name, column in COLUMNS.items() if column.kind is not Kind.VALUE}
    assert {"identity.personal_code", "identity.other_identifier.country", "contact.phone", "health.note"} <= set(
        COLUMNS
    )
    assert kinds == {
        "contact.agreed_channels": Kind.CODES,
        "social.statuses": Kind.CODES,
        "withheld": Kind.CODES,
        "external_ids": Kind.ROWS,
        "relations": Kind.ROWS,
        "earlier_assessments": Kind.ROWS,
    }


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=30
).filter(lambda text: text.strip() == text and any(sign.isalpha() for sign in text))
PARAGRAPHS = st.lists(NAMES, min_size=1, max_size=3).map("\n".join)


@st.composite
def registrations(draw: st.DrawFn) -> dict[str, Any]:
    """A form with a valid identity and words of every kind in the others."""
    [form] = forms(1, seed=draw(st.integers(1, 10_000)))
    form["identity"] |= {"first_name": draw(NAMES), "last_name": draw(NAMES)}
    form["contact"] = {"actual_address": draw(NAMES), "may_be_contacted": draw(st.booleans())}
    form["social"] = {
        "statuses": draw(st.lists(st.sampled_from(SocialStatus), unique=True, min_size=1)),
        "marital_status": draw(st.sampled_from(MaritalStatus)),
        "note": draw(PARAGRAPHS),
    }
    form["health"] = {"incapacity_percent": draw(st.integers(0, 100))}
    form["relations"] = [
        {"kind": "cohabiting_family", "name": name, "relation": "child"} for name in draw(st.lists(NAMES, max_size=3))
    ]
    return form


@given(st.lists(registrations(), min_size=1, max_size=3))
def test_what_is_written_as_csv_is_read_as_it_was(register: list[dict[str, Any]]) -> None:
    body = written([list(COLUMNS), *(flat(form, ALL) for form in register)])
    read = rows_in(body, CSV)
    assert [row.errors for row in read] == [()] * len(register)
    for row, form in zip(read, register, strict=True):
        assert row.form is not None
        said = row.form.model_dump(mode="json", exclude_unset=True)
        assert said["identity"].items() >= form["identity"].items()
        assert {part: said.get(part, []) for part in ("contact", "social", "health", "relations")} == {
            part: form[part] for part in ("contact", "social", "health", "relations")
        }


@given(st.text())
def test_no_cell_begins_a_formula_and_each_is_read_as_it_was(text: str) -> None:
    assert guarded(text)[:1] not in {"=", "+", "-", "@", "\t", "\r"} or not text
    assert unguarded(guarded(text)) == text


NAMED = "identity.first_name,identity.last_name,identity.personal_code"
ANNA = "Anna,Tamm,60001017869"


def csv_rows(*lines: str, names: str = NAMED, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([names, *lines]).encode(encoding)


@pytest.mark.parametrize(
    ("body", "first_names"),
    [
        (csv_rows(ANNA), ["Anna"]),
        (csv_rows(ANNA, encoding="utf-8-sig"), ["Anna"]),
        (csv_rows(ANNA, "", "", ANNA), ["Anna", "Anna"]),
        (csv_rows('"Anna, ""Anni""",Tamm,60001017869'), ['Anna, "Anni"']),
        (csv_rows(f'"Esimene\nteine",{ANNA}', names=f"social.note,{NAMED}"), ["Anna"]),
        (csv_rows(ANNA).replace(b"\r\n", b"\n"), ["Anna"]),
        (csv_rows(), []),
    ],
)
def test_csv_as_people_write_it_is_read(body: bytes, first_names: list[str]) -> None:
    forms_read = [row.form for row in rows_in(body, CSV)]
    assert [form.identity.first_name for form in forms_read if form] == first_names
    assert len(forms_read) == len(first_names)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", Malformed),
        (csv_rows("Õie,Põld,60001017869", encoding="latin-1"), Malformed),
        (csv_rows(ANNA, encoding="utf-16"), Malformed),
        (csv_rows('"Anna,Tamm,60001017869'), Malformed),
        (csv_rows('"Anna"x,Tamm,60001017869'), Malformed),
        (csv_rows("60001017869", names="Mari Maasikas"), Invalid),
        (csv_rows("Anna,Anna", names="identity.first_name,identity.first_name"), Invalid),
        (csv_rows(*[ANNA] * (rules.MOST_ROWS + 1)), TooLarge),
    ],
)
def test_a_batch_that_is_no_csv_is_refused_whole_and_not_quoted(body: bytes, problem: type[Problem]) -> None:
    with pytest.raises(problem) as refused:
        rows_in(body, CSV)
    told = f"{refused.value.detail} {refused.value.errors}"
    assert "Mari" not in told
    assert "60001017869" not in told


def test_columns_that_are_not_known_are_told_by_their_place() -> None:
    with pytest.raises(Invalid) as refused:
        rows_in(csv_rows(names=f"{NAMED},Mari,contact.phone,contact.phone"), CSV)
    assert [error.pointer for error in refused.value.errors] == ["/columns/3", "/columns/5"]


WRONG = [
    ('{"identity": {"first_name": "A", "last_name": "B", "personal_code": "60001017860"}}', "/identity/personal_code"),
    ('{"identity": {"first_name": "A", "last_name": "B"}}', "/identity"),
    ('{"identity": null}', "/identity"),
    ("{}", "/identity"),
    ("not json", ""),
    ("[]", ""),
    ('"text"', ""),
    ("[" * 5000, ""),
    ('{"identity": {"first_name": "A", "last_name": "B", "personal_code": "60001017869", "Mari": 1}}', "/identity"),
    ('{"identity": {"first_name": "A", "last_name": "B", "personal_code": "60001017869"}, "Mari": 1}', ""),
    (
        '{"identity": {"first_name": "A", "last_name": "B", "personal_code": "60001017869"}, "relations": [{}]}',
        "/relations/0/kind",
    ),
]


@pytest.mark.parametrize(("line", "pointer"), WRONG)
def test_a_json_line_with_a_mistake_is_told_by_its_place_and_not_quoted(line: str, pointer: str) -> None:
    good = '{"identity": {"first_name": "A", "last_name": "B", "personal_code": "60001017869"}}'
    before, row, after = rows_in(f"{good}\n{line}\n\n{good}\n".encode(), JSON_LINES)
    assert before.form == after.form is not None
    assert row.form is None
    assert row.errors[0].pointer == pointer
    assert "Mari" not in str(row.errors)


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        ("Anna,Tamm", ""),
        (f"{ANNA},x,y", ""),
        ("Anna,Tamm,60001017860,", "/identity/personal_code"),
        ("Anna,,60001017869,", "/identity/last_name"),
        (f"{'A' * 201},Tamm,60001017869,", "/identity/first_name"),
        (f"{ANNA},soon", "/health/valid_from"),
        ("A\0,Tamm,60001017869,", "/identity/first_name"),
    ],
)
def test_a_csv_row_with_a_mistake_is_told_by_its_place(line: str, pointer: str) -> None:
    [row] = rows_in(csv_rows(line, names=f"{NAMED},health.valid_from"), CSV)
    assert (row.form, row.errors[0].pointer) == (None, pointer)


def test_lines_that_are_not_utf_8_are_refused_one_by_one() -> None:
    good = '{"identity": {"first_name": "Õie", "last_name": "B", "personal_code": "60001017869"}}\n'
    latin, utf = rows_in(good.encode("latin-1") + good.encode(), JSON_LINES)
    assert latin.form is None
    assert utf.form is not None
