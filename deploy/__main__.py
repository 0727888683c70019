"""The files of deployment (`python -m deploy write`), and settings (`python -m deploy configure STAGE...`)."""

import os
import sys
from argparse import ArgumentParser

import django

# The code's own operations and URLs, all of them, whatever the environment is for.
os.environ.update(
    DJANGO_SETTINGS_MODULE="library_site.settings",
    DEBUG="True",  # it needs no secret
    DATABASE_URL="sqlite://:memory:",
    LIBRARY_OPERATIONS="*",
)
django.setup()

from deploy.configure import SettingsMissing, configure  # noqa: E402 - these need Django
from deploy.generated import ROOT, files, functions  # noqa: E402


def main() -> None:
    parser = ArgumentParser(prog="python -m deploy")
    subcommands = parser.add_subparsers(dest="command", required=True)
    subcommands.add_parser("write", help="Writes zappa_settings.json's stages, the templates, and docs/topologies.md.")
    configuring = subcommands.add_parser("configure", help="Gives deployed functions their settings.")
    configuring.add_argument("stages", metavar="STAGE", nargs="+", choices=sorted(functions()))
    asked = parser.parse_args()
    if asked.command == "write":
        _write()
    else:
        _configure(asked.stages)


def _write() -> None:
    for path, text in files().items():
        path.write_text(text)
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


def _configure(stages: list[str]) -> None:
    for stage in stages:
        function, settings = functions()[stage]
        try:
            names = configure(function, settings)
        except SettingsMissing as missing:
            sys.exit(str(missing))
        sys.stdout.write(f"{function.name}: {', '.join(names)}\n")


main()
