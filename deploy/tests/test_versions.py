"""Deploy, break, go back: which version serves, by the commands that docs/deploying.md names."""

from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.topologies import ALIAS

from .shell import Operator

pytestmark = pytest.mark.filterwarnings("ignore:the load_module:DeprecationWarning")  # how Zappa loads callbacks

NAME = "library-production"
TODAY = datetime.now(UTC).date().isoformat()


@pytest.fixture
def library(operator: Operator) -> Operator:
    """With release 0.1.0 in production."""
    operator.aws.step("monolith", "prepare")
    operator.aws.create_function("maintenance")
    assert operator.deploy("configure", "maintenance") == 0
    assert operator.zappa("deploy", "production", "-z", operator.zip("0.1.0")) == 0
    return operator


def weights(library: Operator) -> list[tuple[str, float]]:
    """How AWS shares the requests out: releases, the alias's own first, and their parts."""
    functions = library.aws.client("lambda")
    alias = functions.get_alias(FunctionName=NAME, Name=ALIAS)
    others: dict[str, float] = (alias["RoutingConfig"] or {}).get("AdditionalVersionWeights") or {}
    shares = {alias["FunctionVersion"]: round(1 - sum(others.values()), 2)} | others
    return [(release_of(library, version), share) for version, share in shares.items()]


def release_of(library: Operator, version: str) -> str:
    described = library.aws.client("lambda").get_function_configuration(FunctionName=NAME, Qualifier=version)
    return str(described["Description"]).removeprefix("release ")


def versions(library: Operator) -> list[str]:
    found = library.aws.client("lambda").list_versions_by_function(FunctionName=NAME)["Versions"]
    return [each["Description"] for each in found if each["Version"] != "$LATEST"]


def provisioned(library: Operator) -> int | None:
    client = library.aws.client("lambda")
    try:
        found = client.get_provisioned_concurrency_config(FunctionName=NAME, Qualifier=ALIAS)
    except client.exceptions.ProvisionedConcurrencyConfigNotFoundException:
        return None
    return int(found["RequestedProvisionedConcurrentExecutions"])


def test_deploy_break_and_go_back(library: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    assert library.zappa("update", "production", "-z", library.zip("0.2.0")) == 0
    assert library.zappa("update", "production", "-z", library.zip("0.3.0")) == 0
    assert weights(library) == [("0.3.0", 1)]
    assert versions(library) == ["release 0.2.0", "release 0.3.0"], "two are kept"

    capsys.readouterr()
    assert library.zappa("rollback", "production") == 0

    assert weights(library) == [("0.2.0", 1)]
    assert library.deploy("versions") == 0
    told = [line.split() for line in capsys.readouterr().out.splitlines()[-4:-1]]
    assert told[1][1] == "3", "Zappa has published nothing besides"
    assert told[0] == ["stage", "version", "release", "date", "weight"]
    assert [words[0:1] + words[2:] for words in told[1:]] == [
        ["production", "0.3.0", TODAY, "0", "%"],
        ["production", "0.2.0", TODAY, "100", "%"],
    ]

    said = library.deploy("configure", "production")
    assert "library-production went back from release 0.3.0, which would serve again." in str(said)
    assert library.deploy("shift", "production", "100") == 0
    assert weights(library) == [("0.3.0", 1)]
    assert library.deploy("back", "production") == 0
    assert library.zappa("update", "production", "-z", library.zip("0.4.0")) == 0
    assert versions(library) == ["release 0.2.0", "release 0.4.0"], "what broke is no way back"


def test_nobody_goes_back_to_a_release_that_does_not_run_on_todays_schema(library: Operator) -> None:
    assert library.deploy("back", "production") == "library-production has no version before."
    assert library.zappa("update", "production", "-z", library.zip("0.2.0")) == 0
    library.put("owner", "DATABASE_URL=postgres://o:p@h/l\nREFUSES=Release 0.1.0 wants a column that is gone.")
    assert library.deploy("configure", "maintenance") == 0

    assert library.deploy("back", "production") == "Release 0.1.0 wants a column that is gone."
    assert library.deploy("shift", "production", "50") == "Release 0.1.0 wants a column that is gone."

    assert weights(library) == [("0.2.0", 1)]


def test_the_newest_maintenance_is_asked_whichever_serves(library: Operator) -> None:
    """It knows of releases of which the one before does not."""
    assert library.zappa("update", "production", "-z", library.zip("0.2.0")) == 0
    code = library.zip("0.2.0")
    library.aws.client("lambda").update_function_code(FunctionName="library-maintenance", ZipFile=code.read_bytes())
    url = "DATABASE_URL=postgres://o:p@h/l"
    for text in (f"{url}\nREFUSES=There is no release 0.2.0.", url):
        library.put("owner", text)
        assert library.deploy("configure", "maintenance", "--package", code) == 0

    assert "by chance" in str(library.deploy("shift", "maintenance", "50"))
    assert library.deploy("back", "maintenance", "production") == 0
    assert library.deploy("shift", "production", "100") == 0
    assert weights(library) == [("0.2.0", 1)]

    assert library.deploy("back", "production") == 0
    assert library.deploy("shift", "maintenance", "100") == 0
    library.put("owner", f"{url}\nREFUSES=Release 0.2.0 wants a column that is not there.")
    assert library.deploy("configure", "maintenance") == 0
    assert library.deploy("shift", "production", "50") == "Release 0.2.0 wants a column that is not there."


def test_a_canary(library: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", "10")
    assert library.zappa("update", "production", "-z", library.zip("0.2.0")) == 0
    assert weights(library) == [("0.1.0", 0.9), ("0.2.0", 0.1)]

    assert library.deploy("shift", "production", "50") == 0
    assert weights(library) == [("0.1.0", 0.5), ("0.2.0", 0.5)]

    assert library.zappa("update", "production", "-z", library.zip("0.3.0")) == 0
    assert weights(library) == [("0.1.0", 0.9), ("0.3.0", 0.1)], "the way back is what served before any canary"

    assert library.deploy("shift", "production", "0") == 0
    assert weights(library) == [("0.1.0", 1)]
    assert library.deploy("shift", "production", "100") == 0
    assert weights(library) == [("0.3.0", 1)]

    library.put("shared", "SECRET_KEY=new\nALLOWED_HOSTS=x.org")
    assert library.deploy("configure", "production", "--canary", "20") == 0
    assert weights(library) == [("0.3.0", 0.8), ("0.3.0", 0.2)]
    assert versions(library) == ["release 0.3.0", "release 0.3.0"]


def test_configuring_without_a_change_makes_no_version(library: Operator) -> None:
    assert library.zappa("update", "production", "-z", library.zip("0.2.0")) == 0
    before = versions(library)

    assert library.deploy("configure", "production") == 0
    assert library.zappa("update", "production", "-z", library.zip("0.2.0")) == 0

    assert versions(library) == before


def test_what_somebody_else_has_published_serves_nobody_and_is_deleted(library: Operator) -> None:
    """As Zappa did, before there was an alias."""
    functions = library.aws.client("lambda")
    code = library.zip("0.2.0").read_bytes()
    functions.update_function_code(FunctionName=NAME, ZipFile=code, Publish=True)

    assert library.deploy("configure", "production", "--package", library.folder / "0.2.0.zip") == 0

    assert versions(library) == ["release 0.1.0", "release 0.2.0"]
    assert weights(library) == [("0.2.0", 1)]


def test_other_code_than_was_uploaded_is_not_configured(library: Operator) -> None:
    said = library.deploy("configure", "production", "--package", library.zip("0.2.0"))

    assert str(said).startswith("library-production does not hold ")


def table(library: Operator, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("deploy.functions.table.FILE", library.write("functions.toml", text))


def test_the_operators_table_comes_to_the_function_and_goes(library: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    table(
        library,
        monkeypatch,
        "[production]\nmemory = 512\ntimeout = 9\nconcurrency = 8\nprovisioned = 2\ntracing = true",
    )
    assert library.deploy("configure", "production") == 0
    assert decided(library) == (512, 9, "Active", 8)
    assert provisioned(library) == 2

    said = library.deploy("configure", "production", "--canary", "10")
    assert "nothing is new" in str(said), "and the version before has not been asked about"
    assert library.deploy("shift", "production", "10") == 0
    assert provisioned(library) is None, "AWS has none at an alias with weights"
    assert library.deploy("shift", "production", "100") == 0
    assert provisioned(library) == 2

    table(library, monkeypatch, "")
    assert library.zappa("update", "production", "-z", library.zip("0.2.0")) == 0
    assert decided(library) == (1024, 20, "PassThrough", None)
    assert provisioned(library) is None


def decided(library: Operator) -> tuple[Any, ...]:
    functions = library.aws.client("lambda")
    live = functions.get_function_configuration(FunctionName=NAME, Qualifier=ALIAS)
    limit = functions.get_function_concurrency(FunctionName=NAME).get("ReservedConcurrentExecutions")
    return live["MemorySize"], live["Timeout"], live["TracingConfig"]["Mode"], limit
