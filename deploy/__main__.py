"""What deployment takes beside Zappa: `python -m deploy --help`."""

import logging
import os
import sys
from argparse import REMAINDER, ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

import django
from botocore.exceptions import BotoCoreError, ClientError

# The code's own operations and URLs, all of them, whatever the environment is for.
os.environ.update(
    DJANGO_SETTINGS_MODULE="library_site.settings",
    DEBUG="True",  # it needs no secret
    DATABASE_URL="sqlite://:memory:",
    LIBRARY_OPERATIONS="*",
)
django.setup()
logging.getLogger("botocore").setLevel(logging.WARNING)

from deploy.configure import SettingsWrong, configure  # noqa: E402 - these need Django
from deploy.generated import ROOT, files, functions  # noqa: E402
from deploy.management import CommandFailed, manage  # noqa: E402
from deploy.setup.answers import Answers, SetupFailed, complete  # noqa: E402
from deploy.setup.questions import QUESTIONS  # noqa: E402
from deploy.setup.steps import SETUP, UPGRADE, Setup, carry_out  # noqa: E402


def main() -> None:
    parser = ArgumentParser(prog="python -m deploy")
    subcommands = parser.add_subparsers(dest="subcommand", required=True)
    subcommands.add_parser("write", help="Writes zappa_settings.json's stages, the templates, and docs/topologies.md.")
    configuring = subcommands.add_parser("configure", help="Gives deployed functions their settings.")
    configuring.add_argument("stages", metavar="STAGE", nargs="+", choices=sorted(functions()))
    for name, does in {"setup": "From an empty account to a running library.", "upgrade": "To this release."}.items():
        going = subcommands.add_parser(name, help=does)
        going.add_argument("--answers", metavar="FILE", type=Path, default=Path.home() / ".library" / "answers.json")
    managing = subcommands.add_parser("manage", help="Has the maintenance function carry out a management command.")
    managing.add_argument("command", metavar="COMMAND", nargs=REMAINDER)
    arguments = parser.parse_args()
    try:
        for line in _run(arguments):
            print(line, flush=True)
    except (SettingsWrong, CommandFailed, SetupFailed, BotoCoreError, ClientError) as error:
        again = " Then give the same command again: what is done stays done." if isinstance(error, SetupFailed) else ""
        sys.exit(f"{error}{again}")


def _run(arguments: Namespace) -> Iterator[str]:
    """What has been done, as it is done."""
    if arguments.subcommand == "write":
        for path, text in files().items():
            path.write_text(text)
            yield str(path.relative_to(ROOT))
    elif arguments.subcommand == "configure":
        for function, stage in (functions()[name] for name in arguments.stages):
            yield f"{function.name}: {', '.join(configure(function, stage))}"
    elif arguments.subcommand in {"setup", "upgrade"}:
        answers = Answers(arguments.answers)
        complete(answers, QUESTIONS, input, _say)
        carry_out(SETUP if arguments.subcommand == "setup" else UPGRADE, Setup(answers), _say)
    else:
        yield manage(*functions()["maintenance"], arguments.command).rstrip("\n")


def _say(line: str) -> None:
    print(line, flush=True)


main()
