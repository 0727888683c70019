"""What moto keeps with the version that an alias leads to now, and AWS with the alias: for moto_shim.py.

That is who may invoke it, where its events go that fail, and which queues it reads.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.awslambda import models
from moto.awslambda.policy import Policy
from moto.core.utils import iso_8601_datetime_with_nanoseconds

LambdaBackend: Any = models.LambdaBackend
Method = Callable[..., Any]


class OfAlias(LambdaBackend):
    """The backend of one alias: whatever function it is asked for, this is it."""

    def __init__(self, alias: Any) -> None:
        self.function_arn: str = alias.arn
        self.event_invoke_config: list[Any] = []
        self.last_modified = iso_8601_datetime_with_nanoseconds()
        self.policy = Policy(self)
        self._lambdas = self

    def get_function(self, *_: Any) -> "OfAlias":
        return self

    get_function_by_name_or_arn_with_qualifier = get_function


def add_aliases() -> None:
    """Where a function is called NAME:ALIAS, what it has is the alias's own."""
    kept = [f"{verb}_function_event_invoke_config" for verb in ("put", "get", "delete")]
    for name in (*kept, "add_permission", "get_policy", "remove_permission"):
        setattr(LambdaBackend, name, _of_alias(getattr(LambdaBackend, name)))
    for name in ("create_event_source_mapping", "update_event_source_mapping"):
        setattr(LambdaBackend, name, _to_alias(getattr(LambdaBackend, name)))


def _of_alias(method: Method) -> Method:
    @wraps(method)
    def of_alias(self: Any, function: str, *arguments: Any) -> Any:
        name, _, alias = function.partition(":")
        if not alias or isinstance(self, OfAlias):
            return method(self, function, *arguments)
        found = self.get_alias(alias, name)
        found.own = getattr(found, "own", None) or OfAlias(found)
        return method(found.own, function, *arguments)

    return of_alias


def _to_alias(method: Method) -> Method:
    @wraps(method)
    def to_alias(self: Any, *arguments: Any) -> Any:
        mapping, function = method(self, *arguments), arguments[-1]["FunctionName"]
        if mapping and ":function:" in function:
            mapping.function_arn, mapping.function_name = function, function.partition(":function:")[2]
        return mapping

    return to_alias
