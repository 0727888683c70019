"""Which version serves: a table of them, and the way back and forth between two."""

from collections.abc import Callable, Iterator
from typing import Any

from deploy.topologies import Function

from .clients import client
from .versions import ALL, NoWay, Version, Versions

HEADINGS = ("stage", "version", "release", "date", "weight")

Stages = dict[str, tuple[Function, dict[str, Any]]]


def shift(function: Function, stage: dict[str, Any], percent: int, check: Callable[[str], object]) -> str:
    """Have the newest version get so many of a hundred requests, and the one before it the rest; what came of it.

    A version that gets none today is asked about first: `check` is given its release, and raises what forbids it.
    """
    versions = Versions(function, stage)
    newest, older = [*versions.ours(), None, None][:2]
    if newest is None or (older is None and percent < ALL):
        raise NoWay(f"{function.name} has no version before.")
    for version, share in ((newest, percent), (older, ALL - percent)):
        if version and share:
            _check(versions, version, check)
    versions.lead(newest, older, percent)
    return ", ".join(f"version {number} {share} %" for number, share in versions.shares().items())


def _check(versions: Versions, returning: Version, check: Callable[[str], object]) -> None:
    if returning.number in versions.shares():
        return
    if returning.release is None:
        raise NoWay(f"{versions.name}: nobody knows which release version {returning.number} is.")
    check(returning.release)


def deployed(stages: Stages) -> Stages:
    """Those of the stages whose functions are there."""
    (region,) = {stage["aws_region"] for _, stage in stages.values()}
    pages = client("lambda", region).get_paginator("list_functions").paginate()
    there = {each["FunctionName"] for page in pages for each in page["Functions"]}
    return {name: stages[name] for name in stages if stages[name][0].name in there}


def table(stages: Stages) -> Iterator[str]:
    """The versions of these functions, a line each."""
    rows = [HEADINGS]
    for name, (function, stage) in stages.items():
        rows += _rows(name, Versions(function, stage))
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        yield "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()


def _rows(name: str, versions: Versions) -> Iterator[tuple[str, str, str, str, str]]:
    shares = versions.shares()
    for each in versions.ours():
        yield name, str(each.number), each.release or each.description, each.date, f"{shares.get(each.number, 0)} %"
