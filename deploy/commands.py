"""The command line of `python -m deploy`."""

import json
import sys
from argparse import REMAINDER, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator
from getpass import getpass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from .configure import NotThatCode, SettingsWrong, configure
from .functions.shares import Stages, deployed, shift, table
from .functions.table import TableWrong
from .functions.versions import ALL, NoWay, Versions
from .generated import ROOT, files, functions
from .management import CommandFailed, invoke, manage
from .setup.answers import Answers, SetupFailed, complete
from .setup.questions import QUESTIONS, TOPOLOGIES
from .setup.steps import ROLES, SETUP, UPGRADE, Setup, carry_out
from .topologies import ALIAS

Does = Callable[[Namespace], Iterator[str]]

TOLD = (
    SettingsWrong,
    NotThatCode,
    TableWrong,
    NoWay,
    CommandFailed,
    SetupFailed,
    BotoCoreError,
    ClientError,
    WaiterError,
)
"""What is said in a sentence."""

ANSWERS = Path.home() / ".library" / "answers.json"


def main(words: list[str] | None = None) -> None:
    """Do what the command line, or these words, ask for; raises SystemExit where that can't be done."""
    try:
        arguments = _parser(functions()).parse_args(words)
        for line in arguments.does(arguments):
            print(line, flush=True)
    except EOFError:
        sys.exit("\nIt wants answers: start it again, where you can type them.")
    except TOLD as error:
        sys.exit(str(error))


def _parser(known: Stages) -> ArgumentParser:
    def stage(name: str) -> str:
        if name not in known:
            raise ArgumentTypeError(f"there is no stage {name}: see docs/topologies.md")
        return name

    parser = ArgumentParser(prog="python -m deploy")
    subcommands = parser.add_subparsers(dest="subcommand", required=True)

    def add(name: str, does: Does, told: str, stages: int | str = 0) -> ArgumentParser:
        made = subcommands.add_parser(name, help=told, description=told)
        made.set_defaults(does=does)
        if stages:
            made.add_argument("stages", metavar="STAGE", nargs=stages, type=stage)
        return made

    def add_on(name: str, does: Does, told: str) -> ArgumentParser:
        made = add(name, does, told)
        made.add_argument("--answers", metavar="FILE", type=Path, default=ANSWERS, help=f"({ANSWERS})")
        return made

    add_on("setup", set_up, "Goes from an empty account to a running library; repeat it where it stopped.")
    add_on("upgrade", upgraded, "Brings the library's functions, tables and stack to this release.")
    stacking = add_on("stack", stacked, "Brings the stack to a step, with parameters of the template.")
    stacking.add_argument("step", choices=("prepare", "production", "connect"))
    stacking.add_argument("parameters", metavar="NAME=VALUE", nargs="*", type=_pair, help="the others stay")
    stacking.add_argument("--topology", choices=TOPOLOGIES, help="another one from now on")
    add_on("stages", stages, "The stages of the library's topology, maintenance first.")
    setting = add_on("set", set_line, "Sets a line of a parameter: see docs/deploying.md, Settings.")
    setting.add_argument("parameter", choices=("shared", "owner", *ROLES))
    setting.add_argument(
        "line", metavar="NAME=VALUE", help="NAME alone: the value is asked for, unseen; NAME=: the line is taken out"
    )
    add("write", write, "Writes zappa_settings.json's stages, the templates, and docs/topologies.md.")
    configuring = add("configure", configured, "Gives deployed functions their settings, and publishes that.", "+")
    configuring.add_argument("--canary", metavar="PERCENT", type=_percent, default=ALL, help="of the requests (100)")
    configuring.add_argument("--package", metavar="ZIP", type=Path, help="what Zappa says it has uploaded")
    configuring.add_argument("--forget", action="store_true", help="keep no version before, nor its secrets")
    add("versions", versions, "Which versions there are, and how many of a hundred requests each gets.", "*")
    shifting = add("shift", shifted, "Leads so many of a hundred requests to the newest version.", "+")
    shifting.add_argument("percent", metavar="PERCENT", type=_percent)
    add("back", shifted, "Leads all requests to the version before.", "+").set_defaults(percent=0)
    managing = add("manage", managed, "Has the maintenance function carry out a management command.")
    managing.add_argument("command", metavar="COMMAND", nargs=REMAINDER)
    invoking = add("invoke", invoked, "Has a function answer an event, an operation's for example.", 1)
    invoking.add_argument("event", metavar="JSON", type=_event)
    invoking.add_argument("--qualifier", default=ALIAS, help="a version, or an alias (live)")
    return parser


def _percent(text: str) -> int:
    if not text.isdecimal() or int(text) > ALL:
        raise ArgumentTypeError("so many of a hundred requests: a whole number from 0 to 100")
    return int(text)


def _event(text: str) -> dict[str, Any]:
    try:
        event = json.loads(text)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise ArgumentTypeError('an event is an object in JSON, like {"operation": "GetMissingBooks"}')
    return event


def _pair(text: str) -> tuple[str, str]:
    name, is_there, value = text.partition("=")
    if not is_there:
        raise ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE.")
    return name, value


def _answered(arguments: Namespace) -> Setup:
    """What the setup was told. Raises SetupFailed if that was not all."""

    def no_answer(question: str) -> str:
        raise SetupFailed(f"{arguments.answers} lacks an answer: python -m deploy setup")

    answers = Answers(arguments.answers)
    complete(answers, QUESTIONS, no_answer, print)
    return Setup(answers)


# Each says what has been done, as it is done.


def set_up(arguments: Namespace) -> Iterator[str]:
    complete(Answers(arguments.answers), QUESTIONS, input, print)
    return carry_out(SETUP, _answered(arguments))


def upgraded(arguments: Namespace) -> Iterator[str]:
    return carry_out(UPGRADE, _answered(arguments))


def stacked(arguments: Namespace) -> Iterator[str]:
    setup = _answered(arguments)
    if arguments.topology:
        setup.answers["topology"] = arguments.topology
    return setup.step(arguments.step, **dict(arguments.parameters))


def stages(arguments: Namespace) -> Iterator[str]:
    yield from _answered(arguments).stages


def set_line(arguments: Namespace) -> Iterator[str]:
    setup, (name, _, value) = _answered(arguments), arguments.line.partition("=")
    value = value if "=" in arguments.line else getpass(f"{name}: ")
    setup.put(arguments.parameter, **{name: value or None})
    yield f"{name} is {'set' if value else 'taken out'}. Functions have it after: python -m deploy configure STAGE..."


def write(arguments: Namespace) -> Iterator[str]:
    for path, text in files().items():
        path.write_text(text)
        yield str(path.relative_to(ROOT))


def configured(arguments: Namespace) -> Iterator[str]:
    for function, stage in (functions()[name] for name in arguments.stages):
        names, version = configure(function, stage, arguments.package, arguments.canary, forget=arguments.forget)
        yield f"{function.name}: {', '.join(names)}; version {version.number}, {version.description}"


def versions(arguments: Namespace) -> Iterator[str]:
    yield from table({name: functions()[name] for name in arguments.stages} or deployed(functions()))


def shifted(arguments: Namespace) -> Iterator[str]:
    for function, stage in (functions()[name] for name in arguments.stages):
        yield f"{function.name}: {shift(function, stage, arguments.percent, _check_release)}"


def _check_release(release: str) -> None:
    """Raises CommandFailed where that release does not run on today's schema, as the newest maintenance knows best."""
    function, stage = functions()["maintenance"]
    newest = next((str(each.number) for each in Versions(function, stage).ours()), ALIAS)
    manage(function, stage, ["check_release", release], newest)


def managed(arguments: Namespace) -> Iterator[str]:
    yield manage(*functions()["maintenance"], arguments.command).rstrip("\n")


def invoked(arguments: Namespace) -> Iterator[str]:
    answer = invoke(*functions()[arguments.stages[0]], arguments.event, arguments.qualifier)
    yield json.dumps(answer, ensure_ascii=False, indent=2)
