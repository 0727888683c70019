"""What deployment takes beside Zappa: `python -m deploy --help`."""

import logging
import os
import sys
from argparse import REMAINDER, ArgumentParser, Namespace
from collections.abc import Iterator

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


def main() -> None:
    parser = ArgumentParser(prog="python -m deploy")
    subcommands = parser.add_subparsers(dest="subcommand", required=True)
    subcommands.add_parser("write", help="Writes zappa_settings.json's stages, the templates, and docs/topologies.md.")
    configuring = subcommands.add_parser("configure", help="Gives deployed functions their settings.")
    configuring.add_argument("stages", metavar="STAGE", nargs="+", choices=sorted(functions()))
    managing = subcommands.add_parser("manage", help="Has the maintenance function carry out a management command.")
    managing.add_argument("command", metavar="COMMAND", nargs=REMAINDER)
    arguments = parser.parse_args()
    try:
        for line in _run(arguments):
            print(line, flush=True)
    except (SettingsWrong, CommandFailed, BotoCoreError, ClientError) as error:
        sys.exit(str(error))


def _run(arguments: Namespace) -> Iterator[str]:
    """What has been done, as it is done."""
    if arguments.subcommand == "write":
        for path, text in files().items():
            path.write_text(text)
            yield str(path.relative_to(ROOT))
    elif arguments.subcommand == "configure":
        for function, stage in (functions()[name] for name in arguments.stages):
            yield f"{function.name}: {', '.join(configure(function, stage))}"
    else:
        yield manage(*functions()["maintenance"], arguments.command).rstrip("\n")


main()
