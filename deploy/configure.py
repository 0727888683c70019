"""Gives functions their settings: what the Parameter Store holds becomes their environment, all of it and no more.

A function that asked for its settings while it starts would start later, and would need a way from its network to the
Parameter Store; in its environment they are encrypted all the same, for whoever may not decrypt with its key.

What is configured serves nobody until it is published as a version, and the alias leads there.
"""

import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

from .functions.clients import client
from .functions.releases import code_of, description
from .functions.versions import ALL, NoWay, Version, Versions
from .topologies import Function

NEEDED = ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS")
SETTING = re.compile(r"\s*(export\s+)?[A-Za-z_]\w*\s*=")


class SettingsWrong(Exception):
    """The Parameter Store does not hold what the function needs, or holds what can't be read."""


class NotThatCode(Exception):
    """The function holds other code than should be configured."""


def configure(
    function: Function, stage: dict[str, Any], package: Path | None = None, percent: int = ALL, *, forget: bool = False
) -> tuple[list[str], Version]:
    """Give a deployed function its environment and its measures, publish that, and lead so many requests there.

    `stage` is its stage in zappa_settings.json, `base` included; `package` the zip that it was deployed from just now,
    if it was; to `forget` is to keep no version before, nor its secrets. The names of its variables, and the version.
    Raises SettingsWrong, NotThatCode, NoWay, and boto3's errors.
    """
    variables = _variables(function, stage)
    versions = Versions(function, stage)
    _refuse_other_code(versions, package)
    versions.update(
        Environment={"Variables": variables},
        MemorySize=function.memory,
        Timeout=function.timeout,
        TracingConfig={"Mode": "Active" if function.tracing else "PassThrough"},
        LoggingConfig={"LogFormat": "JSON"},
    )
    _limit(versions, function)
    newest = versions.publish(description(versions, package))
    older = None if forget else versions.way_back(newest)
    if older and percent < ALL and older.number not in versions.shares():
        raise NoWay(f"{function.name}: nothing is new; python -m deploy shift {function.stage} {percent}")
    versions.lead(newest, older, percent)
    return sorted(variables), newest


def _refuse_other_code(versions: Versions, package: Path | None) -> None:
    """What Zappa says it has uploaded must be there; and who went back must not come forward by changing a setting."""
    code = versions.latest["CodeSha256"]
    if package and code != code_of(package):
        raise NotThatCode(f"{versions.name} does not hold {package}: what did Zappa say?")
    if package or not versions.went_back():
        return
    newest, serving = versions.ours()
    if code == newest.code != serving.code:
        raise NotThatCode(
            f"{versions.name} went back from {newest.description}, which would serve again. With other settings too, "
            f"what serves wants its own zip: zappa update {versions.function.stage} -z ZIP."
        )


def _limit(versions: Versions, function: Function) -> None:
    """How many processes it may have; AWS keeps what is not taken away, and no fewer than are kept started."""
    if versions.provisioned > function.provisioned:
        versions.provision(0)
    if function.concurrency is None:
        versions.client.delete_function_concurrency(FunctionName=function.name)
    else:
        versions.client.put_function_concurrency(
            FunctionName=function.name, ReservedConcurrentExecutions=function.concurrency
        )


def _variables(function: Function, stage: dict[str, Any]) -> dict[str, str]:
    """Its environment, if it is as it should be."""
    variables: dict[str, str] = {}
    for name in function.settings_parameters:
        variables |= _settings(name, stage["aws_region"])
    where = " and ".join(function.settings_parameters)
    if missing := [name for name in NEEDED if not variables.get(name) or "…" in variables[name]]:
        raise SettingsWrong(f"{where} lack {', '.join(missing)}.")
    for name, value in variables.items():
        if name.endswith("DATABASE_URL") and value and (wrong := _wrong_with(value)):
            raise SettingsWrong(f"{where}: {name} has {wrong}.")
    variables |= stage["aws_environment_variables"]  # which decide: what a function serves is no secret
    return variables


def _wrong_with(url: str) -> str | None:
    """What a shell that has lost its variables writes."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "no host that can be read"
    if not parts.hostname:
        return "no host"
    return "an empty password" if parts.password == "" else None


def _settings(name: str, region: str) -> dict[str, str]:
    """The lines of a parameter, as a .env file has them."""
    store = client("ssm", region)
    try:
        text = store.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    except store.exceptions.ParameterNotFound:
        raise SettingsWrong(f"There is no parameter {name}: see docs/deploying.md, Settings.") from None
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#") and not SETTING.match(line):
            raise SettingsWrong(f"Line {number} of {name} is not of the form NAME=value.")
    return _lines(text)


def _lines(text: str) -> dict[str, str]:
    class Lines(environ.Env):
        ENVIRON: dict[str, str] = {}

    Lines.read_env(io.StringIO(text))
    return Lines.ENVIRON
