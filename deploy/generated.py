"""The files that are made from the code's operations."""

import json
from pathlib import Path
from typing import Any

from .cloudformation.template import template
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
    templates = {ROOT / "deploy" / f"{topology.name}.json": _json(template(topology)) for topology in made}
    return templates | {
        SETTINGS: _json(zappa_settings(base, made)),
        ROOT / "docs" / "topologies.md": pictures(made),
    }


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


def _json(document: Any) -> str:
    return json.dumps(document, indent=2) + "\n"
