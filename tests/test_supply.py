"""What is shipped: what is known against it is asked for, which is no answer by itself; licences are looked at."""

from typing import Any

import pytest

from tests import audit, licences
from tests.audit import NotAsked

KNOWN = [{"name": "django", "version": "1.8", "vulns": [{"id": "PYSEC-1"}]}]
CLEAN = [{"name": "attrs", "version": "26.1.0", "vulns": []}]
SKIPPED = [{"name": "attrs", "skip_reason": "Dependency not found on PyPI and could not be audited"}]


def answering(*answers: Any) -> audit.Ask:
    """pip-audit, as it answers of what is known to be vulnerable, then of what is pinned."""
    left = iter(answers)

    def ask(*arguments: str) -> audit.Dependencies:
        answer: audit.Dependencies | Exception = next(left)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ask


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ((KNOWN, CLEAN), ""),
        ((KNOWN, [*CLEAN, *KNOWN]), "django 1.8: PYSEC-1\nTake a version that is mended"),
        ((KNOWN, [*CLEAN, *SKIPPED]), "Nothing was audited: nobody could say anything of attrs."),
        ((SKIPPED,), "Nothing was audited: whoever was asked knows of nothing against django==1.8."),
        ((CLEAN,), "Nothing was audited: whoever was asked knows of nothing"),
        ((NotAsked("No route to host."),), "Nothing was audited: No route to host. Try again where"),
        ((KNOWN, NotAsked("Timed out.")), "Nothing was audited: Timed out."),
    ],
    ids=["nothing", "found", "skipped", "no advisories", "a mirror without advisories", "offline", "cut off"],
)
def test_an_audit_that_asked_nobody_fails_and_says_so(answers: tuple[Any, ...], says: str) -> None:
    said = audit.audit(ask=answering(*answers))
    assert said.startswith(says)
    assert bool(said) == bool(says)


def test_offline_it_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """By pip-audit itself, behind a proxy that is not there."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(NotAsked, match=r"Connection|proxy"):
        audit.ask("--require-hashes", "--requirement", "requirements-lambda.txt")


def test_a_licence_that_nobody_has_looked_at_is_a_fault() -> None:
    (unknown, copyleft, changed) = licences.faults(
        {"a": "", "b": "AGPL-3.0-only", "c": "MIT", "d": "GPL-3.0-only OR MIT", "tqdm": "GPL-3.0-only AND MIT"}
    )
    assert unknown.startswith("a: says nothing of its licence. Do without it")
    assert copyleft.startswith("b: AGPL-3.0-only.")
    assert changed.startswith("tqdm: GPL-3.0-only AND MIT."), "another one than was looked at"


def test_what_is_shipped_is_what_is_pinned_and_each_exception_is_needed() -> None:
    shipped = licences.shipped()
    pinned = (licences.ROOT / "requirements-lambda.txt").read_text().splitlines()
    assert {line.split("==")[0] for line in pinned if "==" in line and ";" not in line} <= shipped.keys()
    assert {"granian", "psycopg-binary"} <= shipped.keys()
    assert licences.faults(shipped) == []
    assert {(name, licence) for name, licence in shipped.items()} >= licences.LOOKED_AT.keys()
