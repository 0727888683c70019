"""Events that are none of ours, to packaged functions, and what the one for maintenance is for."""

import pytest

from deploy.tests.events import REFUSED, recorded
from deploy.tests.runtime import FunctionError


def test_an_event_that_is_none_of_ours_is_refused_loudly(library, function) -> None:
    before = library.done()
    kinds = {function: "UnknownEvent", library.maintenance: "NotAllowed"}

    for target, kind in kinds.items():
        ours = {"refused/manage"} if target is library.maintenance else {"http_api", "queue", "bus"}
        for name in {"http_api", "queue", "bus", *(f"refused/{name}" for name in REFUSED)} - ours:
            with pytest.raises(FunctionError) as refused:
                target.invoke(recorded(name))
            assert refused.value.kind == kind, name

    assert library.done() == before


def test_maintenance_checks_and_migrates_and_outlives_a_command_that_fails(library) -> None:
    assert "no issues" in library.manage("check --deploy --fail-level WARNING")
    pid = library.maintenance.pid
    for failing in ("migrate --help", "migrate nowhere", "'", "flush --no-input"):
        with pytest.raises(FunctionError):
            library.manage(failing)

    assert "No migrations to apply" in library.manage("migrate")
    assert library.maintenance.pid == pid
