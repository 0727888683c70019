"""Gives functions their settings: what the Parameter Store holds becomes their environment, all of it and no more.

A function that asked for its settings while it starts would start later, and would need a way from its network to the
Parameter Store; in its environment they are encrypted all the same, for whoever may not decrypt with its key.
"""

import io
import re
from typing import Any

import boto3
import environ

from .topologies import Function

NEEDED = ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS")
SETTING = re.compile(r"\s*(export\s+)?[A-Za-z_]\w*\s*=")


class SettingsWrong(Exception):
    """The Parameter Store does not hold what the function needs, or holds what can't be read."""


def configure(function: Function, stage: dict[str, Any]) -> list[str]:
    """Replace the environment of a deployed function, and forget its earlier ones; the names of its variables.

    `stage` is its stage in zappa_settings.json, `base` included. Raises SettingsWrong, and boto3's errors.
    """
    region = stage["aws_region"]
    variables: dict[str, str] = {}
    for name in function.settings_parameters:
        variables |= _settings(name, region)
    if missing := [name for name in NEEDED if not variables.get(name) or "…" in variables[name]]:
        raise SettingsWrong(f"{' and '.join(function.settings_parameters)} lack {', '.join(missing)}.")
    variables |= stage["aws_environment_variables"]  # which decide: what a function serves is no secret
    functions = boto3.client("lambda", region_name=region)
    functions.get_waiter("function_updated_v2").wait(FunctionName=function.name)  # Zappa may still be at it
    functions.update_function_configuration(FunctionName=function.name, Environment={"Variables": variables})
    functions.get_waiter("function_updated_v2").wait(FunctionName=function.name)
    _forget_versions(functions, function.name)
    return sorted(variables)


def _forget_versions(functions: Any, name: str) -> None:
    """Delete the versions that Zappa publishes: nothing leads to them, and each keeps the settings of its day."""
    for page in functions.get_paginator("list_versions_by_function").paginate(FunctionName=name):
        for each in page["Versions"]:
            if each["Version"] != "$LATEST":
                functions.delete_function(FunctionName=name, Qualifier=each["Version"])


def _settings(name: str, region: str) -> dict[str, str]:
    """The lines of a parameter, as a .env file has them."""
    store = boto3.client("ssm", region_name=region)
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
