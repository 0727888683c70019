"""Zappa's callbacks: its commands do what their names say on the functions that we have, or say what does.

Zappa loads this file by itself, from the folder that it is started in, as `callbacks` in `base` of zappa_settings.json
tells it to. What needs the library's operations is done by `python -m deploy`.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from shutil import copyfile
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))  # Zappa's own script has nothing of ours there

from deploy.lambda_runtime import disagreement

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "build" / "library.zip"

INSTEAD = {
    "certify": "a domain is the template's: python -m deploy stack connect DomainName=... CertificateArn=...",
    "save-python-settings-file": "nothing of Zappa runs in the functions",
    "schedule": "the clock's events are the template's: SCHEDULES in deploy/topologies.py, and `make topologies`",
    "shell": "manage.py shell is for a library that runs here; on Lambda, python -m deploy manage COMMAND",
    "template": "the templates are there: deploy/*.json, by `make topologies`",
    "unschedule": "the clock's events are the template's, and gone behind its back: python -m deploy stack prepare",
}
"""What to do instead of commands that would do harm, or nothing."""

ELSEWHERE = {
    "docker_image_uri": "the functions are made of a zip, not of an image",
    "no_upload": "without an upload it is: python -m deploy configure {stage}",
    "raw": "the functions carry out operations, no Python",
    "payload": "the event itself is the argument: zappa invoke {stage} '{{\"operation\": ...}}'",
    "client_context": "the functions read no client context",
}
"""What options would do, by their names in Zappa."""

OFF = {
    "alb_enabled": "a load balancer is yours to make",
    "apigateway_enabled": "the template has the API",
    "events": "the clock's events are SCHEDULES in deploy/topologies.py",
    "function_url_enabled": "a function's URL would lead past its alias",
    "keep_warm": "processes are kept started by `provisioned` in deploy/functions.toml",
    "manage_roles": "the template has the roles",
    "provisioned_concurrency": "it is `provisioned` in deploy/functions.toml",
    "slim_handler": "the zip is small",
}
"""Zappa's settings that must be off, or its doing would come between the template, the alias and the functions."""

ON_BY_ITSELF = {"apigateway_enabled", "keep_warm", "manage_roles"}
"""Those that Zappa takes for on where nothing is said."""


def settings(zappa: Any) -> None:
    """Zappa calls this with itself once it has read a stage, before it does anything."""
    for sentence in _refusals(zappa):
        sys.exit(f"zappa {zappa.command}: {sentence}.")
    if zappa.command in {"deploy", "update"}:
        zappa.vargs["zip"] = str(_package(zappa))
        _publish_nothing(zappa.zappa)
    elif zappa.command == "package":
        _build(zappa)
        print(copyfile(PACKAGE, zappa.vargs["output"]) if zappa.vargs["output"] else PACKAGE)
        sys.exit(0)
    elif (ours := _ours(zappa)) is not None:
        sys.exit(_deploy(*ours))


def _publish_nothing(core: Any) -> None:
    """Zappa would publish a version before the function has its settings."""
    core.create_lambda_function = partial(core.create_lambda_function, publish=False)
    core.update_lambda_function = partial(core.update_lambda_function, publish=False)


def post(zappa: Any) -> None:
    """Zappa calls this when it has done what it can: the function gets its settings, and serves."""
    canary = ["--canary", os.environ["CANARY"]] if os.environ.get("CANARY") else []
    if status := _deploy("configure", zappa.api_stage, "--package", zappa.vargs["zip"], *canary):
        sys.exit(status)


def _refusals(zappa: Any) -> Iterator[str]:
    """What is against it."""
    if zappa.vargs.get("all") or zappa.api_stage == "base":
        yield "each function by its stage, `base` is none: python -m deploy stages has their names"
    session = getattr(zappa.zappa, "boto_session", None)  # by which it finds logs and rules, though not functions
    if session and session.region_name != zappa.aws_region:
        yield f"AWS_DEFAULT_REGION says {session.region_name}, and zappa_settings.json {zappa.aws_region}"
    if zappa.command in INSTEAD:
        yield INSTEAD[zappa.command]
    for key, instead in OFF.items():
        if zappa.stage_config.get(key, key in ON_BY_ITSELF):
            yield f'"{key}" must be off, {instead}'
    yield from _refused_options(zappa)


def _refused_options(zappa: Any) -> Iterator[str]:
    for option, instead in ELSEWHERE.items():
        if zappa.vargs.get(option):
            yield instead.format(stage=zappa.api_stage)
    if zappa.vargs.get("num_rollback", 1) != 1:
        yield "two versions are kept, so one step back is what there is"


def _ours(zappa: Any) -> list[str] | None:
    """What `python -m deploy` does in Zappa's place, if it does."""
    if zappa.command == "manage":
        return ["manage", *shlex.split(" ".join(zappa.vargs["command_rest"]))]
    if zappa.command == "rollback":
        return ["back", zappa.api_stage]
    if zappa.command == "invoke":
        qualifier = ["--qualifier", zappa.vargs["qualifier"]] if zappa.vargs["qualifier"] else []
        return ["invoke", *qualifier, zappa.api_stage, zappa.vargs["command_rest"]]
    return None


def _package(zappa: Any) -> Path:
    """The zip to upload: the one that is named, or that of today's sources."""
    named = zappa.vargs.get("zip")
    if not named:
        return _build(zappa)
    if not Path(named).is_file():
        sys.exit(f"There is no file {named}.")
    return _for_this_runtime(Path(named), zappa)


def _build(zappa: Any) -> Path:
    """build/library.zip, built anew where it is not of today's sources."""
    if status := _run("-m", "deploy.package", "--if-needed"):
        sys.exit(status)
    return _for_this_runtime(PACKAGE, zappa)


def _for_this_runtime(package: Path, zappa: Any) -> Path:
    if sentence := disagreement(package, zappa.runtime, zappa.architecture):
        sys.exit(sentence)
    return package


def _deploy(*arguments: str) -> int:
    return _run("-m", "deploy", *arguments)


def _run(*arguments: str) -> int:
    """The status of this Python with these arguments, where the library is."""
    sys.stdout.flush()
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode
