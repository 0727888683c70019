"""The files that are made from the code's operations."""

import json
from pathlib import Path
from typing import Any

from .cloudformation.resources import Json
from .cloudformation.summary import summary
from .cloudformation.template import resources, template
from .functions.table import table
from .pictures import pictures
from .stages import zappa_settings
from .topologies import Function, Topology, topologies

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ROOT / "zappa_settings.json"


def files() -> dict[Path, str]:
    """What each file should hold. The stage `base` in zappa_settings.json is the operator's, and stays as it is."""
    base = base_stage()
    made = _topologies(base)
    made_of = {SETTINGS: _json(zappa_settings(base, made)), ROOT / "docs" / "topologies.md": pictures(made)}
    for topology in made:
        file = ROOT / "deploy" / topology.name
        made_of[file.with_suffix(".json")] = one_a_line(template(topology))
        made_of[file.with_suffix(".md")] = summary(topology, resources(topology))
    return made_of


def one_a_line(template: Json) -> str:
    """The template as JSON, each of its resources on a line of its own, as each parameter, condition and output."""
    sections = []
    for name, section in template.items():
        if isinstance(section, dict):
            lines = ",\n".join(f"{json.dumps(key)}:{_compact(value)}" for key, value in section.items())
            sections.append(f"{json.dumps(name)}:{{\n{lines}\n}}")
        else:
            sections.append(f"{json.dumps(name)}:{json.dumps(section)}")
    return "{\n" + ",\n".join(sections) + "\n}\n"


def functions() -> dict[str, tuple[Function, dict[str, Any]]]:
    """Every function by its stage, and that stage as Zappa sees it: with what it extends."""
    base = base_stage()
    made = _topologies(base)
    stages = zappa_settings(base, made)
    return {each.stage: (each, base | stages[each.stage]) for topology in made for each in topology.functions}


def _topologies(base: dict[str, Any]) -> list[Topology]:
    """The topologies, of functions as the operator wants them. Raises TableWrong."""
    return table().applied_to(topologies(base))


def base_stage() -> dict[str, Any]:
    base: dict[str, Any] = json.loads(SETTINGS.read_text())["base"]
    return base


def _compact(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"))


def _json(document: Any) -> str:
    return json.dumps(document, indent=2) + "\n"
