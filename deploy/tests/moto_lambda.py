"""What moto's Lambda lacks, or has otherwise than AWS: the numbers of versions, and provisioned concurrency."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from moto.awslambda import models, responses
from moto.awslambda.exceptions import ConflictException
from moto.awslambda.urls import url_paths
from moto.core.exceptions import JsonRESTError

from .runtime import Function, FunctionError

LambdaBackend: Any = models.LambdaBackend
LambdaStorage: Any = models.LambdaStorage
LambdaFunction: Any = models.LambdaFunction
LambdaAlias: Any = models.LambdaAlias
LambdaResponse: Any = responses.LambdaResponse

VOLATILE = ("FunctionArn", "LastModified", "RevisionId", "Version")


def add_versions() -> None:
    """A number is given once; what is like the last version makes no other; what an alias names can't be deleted."""
    publish, delete, update = (
        LambdaStorage.publish_version,
        LambdaStorage.del_function,
        LambdaFunction.update_configuration,
    )

    def publish_version(self: Any, name_or_arn: str, description: str = "") -> Any:
        group = self._functions[self.get_function_by_name_or_arn_forbid_qualifier(name_or_arn).function_name]
        latest, versions = group["latest"], group["versions"]
        if versions and versions[-1].published_from == _decided(latest):
            return versions[-1]
        latest.code_or_config_updated = True
        made = publish(self, name_or_arn, description)
        del self._arns[made.function_arn]
        group["numbers"] = group.get("numbers", 0) + 1
        made.set_version(group["numbers"])
        made.published_from = _decided(latest)
        self._arns[made.function_arn] = made
        return made

    def del_function(self: Any, name_or_arn: str, qualifier: str | None = None) -> None:
        if qualifier and any(qualifier in _named(alias) for alias in self.list_aliases(name_or_arn)):
            raise ConflictException(f"An alias names version {qualifier}")
        delete(self, name_or_arn, qualifier)

    def update_configuration(self: Any, changes: dict[str, Any]) -> Any:
        self.tracing_config = changes.get("TracingConfig", self.tracing_config)
        return update(self, changes)

    LambdaStorage.publish_version = publish_version
    LambdaStorage.del_function = del_function
    LambdaFunction.update_configuration = update_configuration


def _decided(function: Any) -> dict[str, Any]:
    configuration: dict[str, Any] = function.get_configuration()
    return {key: value for key, value in configuration.items() if key not in VOLATILE}


def _named(alias: Any) -> set[str]:
    return {alias.function_version, *((alias.routing_config or {}).get("AdditionalVersionWeights") or {})}


def add_invocations() -> None:
    """A function says what it was asked, and how often; or refuses by what its variable REFUSES says.

    Where TASK_ROOT names a folder as Lambda unpacks it, it is a real one, which starts at each invocation.
    """

    def invoke(self: Any, name: str, qualifier: str | None, body: Any, headers: Any, answer: dict[str, str]) -> bytes:
        function = self.get_function(name, qualifier)
        if folder := os.environ.get("TASK_ROOT"):
            return _really(function, Path(folder), json.loads(body), answer)
        if message := function.environment_vars.get("REFUSES"):
            answer["x-amz-function-error"] = "Unhandled"
            return json.dumps({"errorType": "CommandError", "errorMessage": message}).encode()
        function.asked = getattr(function, "asked", 0) + 1
        return json.dumps({"function": name, "times": function.asked, "event": json.loads(body)}).encode()

    LambdaBackend.invoke = invoke


def _really(function: Any, folder: Path, event: Any, answer: dict[str, str]) -> bytes:
    about = {"name": function.function_name, "handler": function.handler}
    with Function(folder, function.environment_vars, **about) as real:
        try:
            return json.dumps(real.invoke(event, timeout_ms=1000 * int(function.timeout))).encode()
        except FunctionError as error:
            answer["x-amz-function-error"] = "Unhandled"
            return json.dumps({"errorType": error.kind, "errorMessage": error.message}).encode()


def add_provisioned_concurrency() -> None:
    """At aliases, and at those without weights only; an alias that has it does not move: on AWS that takes minutes."""

    update = LambdaAlias.update

    def update_alias(self: Any, description: Any, version: Any, routing: Any) -> None:
        if getattr(self, "provisioned", 0):
            raise ConflictException("It would have weights of its own while it moves")
        update(self, description, version, routing)

    LambdaAlias.update = update_alias
    LambdaResponse.get_provisioned_concurrency_config = _get
    LambdaResponse.put_provisioned_concurrency_config = _put
    LambdaResponse.delete_provisioned_concurrency_config = _delete
    url = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/provisioned-concurrency$"
    url_paths[url] = LambdaResponse.dispatch


def _get(self: Any) -> str:
    processes = getattr(_alias(self), "provisioned", 0)
    if not processes:
        raise JsonRESTError("ProvisionedConcurrencyConfigNotFoundException", "There is none")
    return json.dumps({"RequestedProvisionedConcurrentExecutions": processes, "Status": "READY"})


def _put(self: Any) -> str:
    alias = _alias(self)
    if len(_named(alias)) > 1:
        message = "Alias with weights can not be used with Provisioned Concurrency"
        raise JsonRESTError("InvalidParameterValueException", message)
    alias.provisioned = self.json_body["ProvisionedConcurrentExecutions"]
    return _get(self)


def _delete(self: Any) -> str:
    _alias(self).provisioned = 0
    return ""


def _alias(self: Any) -> Any:
    function = unquote(self.path.rsplit("/", 2)[1])
    return self.backend.get_alias(self.querystring["Qualifier"][0], function)
