"""Management commands of a library that is deployed: what `manage.py` is to one that runs here."""

import json
import shlex
from typing import Any

import boto3
from botocore.config import Config

from .topologies import ALIAS, Function


class CommandFailed(Exception):
    """What the command, or Lambda, says of why it failed."""


def manage(function: Function, stage: dict[str, Any], command: list[str], qualifier: str = ALIAS) -> str:
    """What the command prints. Raises CommandFailed, and boto3's errors."""
    return str(invoke(function, stage, {"manage": shlex.join(command)}, qualifier))


def invoke(function: Function, stage: dict[str, Any], event: dict[str, Any], qualifier: str = ALIAS) -> Any:
    """What the function answers. Raises CommandFailed, and boto3's errors.

    It is asked once, and waited for as long as the function may take: a migration must not run twice at a time.
    """
    patience = Config(read_timeout=function.timeout + 30, retries={"total_max_attempts": 1})
    functions = boto3.client("lambda", region_name=stage["aws_region"], config=patience)
    answer = functions.invoke(FunctionName=f"{function.name}:{qualifier}", Payload=json.dumps(event).encode())
    payload = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise CommandFailed(payload.get("errorMessage", payload))
    return payload
