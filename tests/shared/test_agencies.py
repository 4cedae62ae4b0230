"""The agencies file: what is refused, and how plainly."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.actor import Role
from shared.agencies import SANDBOX, AgenciesRefused, Agency, AgencyKind, read

TAMME: dict[str, Any] = {
    "code": "tamme",
    "kind": "municipality",
    "names": {"et": "Tamme linn", "ru": "Город Тамме", "en": "Tamme"},
    "roles": ["case_manager"],
    "officers": [{"id": "mari.maasikas", "roles": ["case_manager"]}],
}
HIDING: dict[str, Any] = {"code": "SHS-1", "days": 30, "names": TAMME["names"], "source": "the law"}
PORTAL: dict[str, Any] = {**TAMME, "code": "residents", "kind": "portal", "roles": ["person"], "officers": []}


def written(folder: Path, *declared: dict[str, Any]) -> Path:
    file = folder / "agencies.yaml"
    file.write_text(yaml.safe_dump({"agencies": list(declared)}, allow_unicode=True), encoding="utf-8")
    return file


def changed(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in (deepcopy(TAMME) | members).items() if value is not None}


def test_the_sandbox_has_four_agencies_and_two_portals() -> None:
    kinds = {agency.code: agency.kind for agency in read(SANDBOX).agencies}

    assert kinds == {
        "tamme": AgencyKind.MUNICIPALITY,
        "unemployment-fund": AgencyKind.UNEMPLOYMENT_FUND,
        "social-insurance-board": AgencyKind.SOCIAL_INSURANCE,
        "probation": AgencyKind.PROBATION,
        "residents": AgencyKind.PORTAL,
        "state-portal": AgencyKind.STATE_PORTAL,
    }


def test_every_role_of_a_sandbox_agency_has_an_officer() -> None:
    for agency in read(SANDBOX).agencies:
        held = {role for officer in agency.officers for role in officer.roles}
        assert agency.portal or agency.state_portal or held == agency.roles, agency.code


def test_a_declared_agency_is_found_by_its_code(tmp_path: Path) -> None:
    found = read(written(tmp_path, changed(registry_code="70000310"))).find("tamme")

    assert isinstance(found, Agency)
    officer = found.officer("mari.maasikas")
    assert officer is not None
    assert officer.roles == {Role.CASE_MANAGER}
    assert found.officer("nobody") is None


@pytest.mark.parametrize(
    ("declared", "place", "reason"),
    [
        ([TAMME, TAMME], "whole file", "agencies declared twice: tamme"),
        ([changed(kind="kingdom")], "agencies.0.kind", "municipality"),
        ([changed(roles=["king"])], "agencies.0.roles.0", "case_manager"),
        ([changed(roles=[])], "agencies.0.roles", "at least 1"),
        ([changed(roles=["case_manager", "person"])], "agencies.0", "may not have the roles person"),
        ([changed(roles=["case_manager", "service"])], "agencies.0", "may not have the roles service"),
        ([PORTAL | {"roles": ["person", "supervisor"]}], "agencies.0", "may not have the roles supervisor"),
        ([changed(code="Tamme Linn")], "agencies.0.code", "pattern"),
        ([changed(names={"et": "Tamme"})], "agencies.0.names.ru", "required"),
        ([changed(names=None)], "agencies.0.names", "required"),
        ([changed(registry_code="70000311")], "agencies.0.registry_code", "registry code"),
        ([changed(colour="blue")], "agencies.0.colour", "not permitted"),
        (
            [changed(officers=[{"id": "Mari Maasikas", "roles": ["case_manager"]}])],
            "agencies.0.officers.0.id",
            "pattern",
        ),
        ([changed(officers=[{"id": "m.m", "roles": ["supervisor"]}])], "agencies.0", "has roles the agency has not"),
        ([changed(officers=TAMME["officers"] * 2)], "agencies.0", "officers declared twice: mari.maasikas"),
        ([changed(hides=[HIDING, HIDING])], "agencies.0", "legal codes declared twice: SHS-1"),
        ([changed(hides=[HIDING | {"code": "§ 1"}])], "agencies.0.hides.0.code", "pattern"),
        ([changed(hides=[HIDING | {"days": 0}])], "agencies.0.hides.0.days", "greater than or equal to 1"),
        ([changed(hides=[{**HIDING, "source": ""}])], "agencies.0.hides.0.source", "at least 1"),
        ([PORTAL | {"hides": [HIDING]}], "agencies.0", "a portal hides nothing"),
        ([PORTAL | {"kind": "state_portal"}], "agencies.0", "may not have the roles person"),
        ([], "agencies", "at least 1"),
    ],
)
def test_a_file_that_is_refused(tmp_path: Path, declared: list[dict[str, Any]], place: str, reason: str) -> None:
    with pytest.raises(AgenciesRefused) as refused:
        read(written(tmp_path, *declared))

    assert any(
        line.startswith(f"agencies.yaml: {place}") and reason in line for line in str(refused.value).splitlines()
    ), str(refused.value)


@pytest.mark.parametrize("text", ["agencies: [", "- just\n- a list", ""])
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "agencies.yaml"
    file.write_text(text)

    with pytest.raises(AgenciesRefused, match=r"^agencies\.yaml: "):
        read(file)


def test_a_missing_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(AgenciesRefused, match=r"^nowhere\.yaml: cannot be read: "):
        read(tmp_path / "nowhere.yaml")
