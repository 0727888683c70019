"""The operator's own table, deploy/functions.toml: how large, how patient and how many each function may be."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deploy.topologies import Function, Topology

FILE = Path(__file__).resolve().parent.parent / "functions.toml"
EVERYWHERE = "all"

LIMITS = {"memory": (128, 10240), "timeout": (1, 900), "concurrency": (1, 100_000), "provisioned": (0, 100_000)}
"""What AWS takes: MB, seconds, processes, processes."""


class TableWrong(Exception):
    """The table asks for what there is not."""


@dataclass(frozen=True)
class Table:
    """What the operator wants for every function, and for some."""

    file: Path
    sections: dict[str, dict[str, Any]]

    def of(self, function: Function) -> Function:
        """The function as the operator wants it: what its own section says comes before what is said of all."""
        everywhere = dict(self.sections.get(EVERYWHERE, {}))
        if function.stage == "maintenance":
            everywhere.pop("timeout", None)  # a migration must not be cut off like a request
        made = replace(function, **everywhere | self.sections.get(function.stage, {}))
        if made.concurrency is not None and made.provisioned > made.concurrency:
            raise TableWrong(f"{self.file.name}, {function.stage}: provisioned is more than concurrency.")
        return made

    def applied_to(self, topologies: list[Topology]) -> list[Topology]:
        """The topologies with these functions. Raises TableWrong."""
        stages = {function.stage for topology in topologies for function in topology.functions}
        if strangers := sorted(self.sections.keys() - stages - {EVERYWHERE}):
            raise TableWrong(f"{self.file.name}, {strangers[0]}: there is no such stage (see docs/topologies.md).")
        return [
            replace(
                topology,
                production=self.of(topology.production),
                maintenance=self.of(topology.maintenance),
                dedicated=tuple(map(self.of, topology.dedicated)),
            )
            for topology in topologies
        ]


def table(file: Path | None = None) -> Table:
    """The table, as it stands in its file. Raises TableWrong."""
    file = file or FILE
    try:
        sections = tomllib.loads(file.read_text())
    except tomllib.TOMLDecodeError as error:
        raise TableWrong(f"{file.name}: {error}.") from None
    for stage, section in sections.items():
        if not isinstance(section, dict):
            raise TableWrong(f"{file.name}, {stage}: it stands outside of a [stage].")
        for key, value in section.items():
            if wrong := _wrong(key, value):
                raise TableWrong(f"{file.name}, {stage}, {key}: {wrong}.")
    return Table(file, sections)


def _wrong(key: str, value: Any) -> str | None:
    """What is wrong with it, if anything."""
    if key == "tracing":
        return None if isinstance(value, bool) else "it is true or false"
    if key not in LIMITS:
        return f"there is no such key, but {', '.join(LIMITS)} and tracing"
    least, most = LIMITS[key]
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return None if is_number and least <= value <= most else f"it is a whole number from {least} to {most}"
