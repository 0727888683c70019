"""zappa_settings.json: the operator's stage `base`, as it is, and a stage for every function, which extends it."""

from typing import Any

from .topologies import Function, Topology


def zappa_settings(base: dict[str, Any], topologies: list[Topology]) -> dict[str, Any]:
    """The stages: base, those of the topologies, each once, and maintenance."""
    routed = {function.stage: function for topology in topologies for function in topology.routed}
    maintenance = topologies[0].maintenance
    return {"base": base} | {each.stage: _stage(each, base) for each in (*routed.values(), maintenance)}


def _stage(function: Function, base: dict[str, Any]) -> dict[str, Any]:
    """What is different from `base`. Zappa merges at the first level only, so environment variables are all here."""
    settings = {
        "lambda_description": function.description,
        "role_name": function.role_name,
        "lambda_handler": function.handler,
        "timeout_seconds": function.timeout,
        "memory_size": function.memory,
        "lambda_concurrency": function.concurrency,
        "xray_tracing": function.tracing,
        "aws_environment_variables": base.get("aws_environment_variables", {})
        | {"LIBRARY_OPERATIONS": ",".join(function.scopes)}
        | ({"TRACING": "True"} if function.tracing else {}),
    }
    usual = {"lambda_concurrency": None, "xray_tracing": False} | base
    return {"extends": "base"} | {key: value for key, value in settings.items() if usual.get(key) != value}
