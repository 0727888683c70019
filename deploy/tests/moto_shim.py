"""moto's server on a free port of the loopback, and what stock moto lacks: `python -m deploy.tests.moto_shim`.

It prints its port, and stops when its standard input ends: when whoever started it is gone.

What is added is made of moto's own: a resource that its CloudFormation doesn't know is created by the call of AWS's API
that this server answers anyhow, through boto3, which refuses a property that the call doesn't have. Such a resource is
made and deleted, never changed.
"""

import json
import logging
import sys
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from moto.awslambda import responses as lambda_responses
from moto.awslambda.urls import url_paths
from moto.cloudformation import parsing as cloudformation
from moto.cloudformation.exceptions import ValidationError
from moto.core.common_models import CloudFormationModel
from moto.server import ThreadedMotoServer

from .moto_aliases import add_aliases
from .moto_lambda import add_invocations, add_provisioned_concurrency, add_versions

# What is added to, or replaced in part.
ResourceMap: Any = cloudformation.ResourceMap
LambdaResponse: Any = lambda_responses.LambdaResponse
parsing: Any = cloudformation


@dataclass(frozen=True)
class Kind:
    """How a kind of resource is made and deleted, and what identifies it among its properties and the answer."""

    service: str
    create: str
    delete: str
    identity: tuple[str, ...]
    """The arguments of `delete`; the last is what Ref gives."""


KINDS = {
    "AWS::ApiGatewayV2::Api": Kind("apigatewayv2", "create_api", "delete_api", ("ApiId",)),
    "AWS::ApiGatewayV2::Stage": Kind("apigatewayv2", "create_stage", "delete_stage", ("ApiId", "StageName")),
    "AWS::ApiGatewayV2::Integration": Kind(
        "apigatewayv2", "create_integration", "delete_integration", ("ApiId", "IntegrationId")
    ),
    "AWS::ApiGatewayV2::Route": Kind("apigatewayv2", "create_route", "delete_route", ("ApiId", "RouteId")),
    "AWS::ApiGatewayV2::DomainName": Kind("apigatewayv2", "create_domain_name", "delete_domain_name", ("DomainName",)),
    "AWS::ApiGatewayV2::ApiMapping": Kind(
        "apigatewayv2", "create_api_mapping", "delete_api_mapping", ("DomainName", "ApiMappingId")
    ),
    "AWS::CloudWatch::Alarm": Kind("cloudwatch", "put_metric_alarm", "delete_alarms", ("AlarmNames",)),
    "AWS::Lambda::EventInvokeConfig": Kind(
        "lambda", "put_function_event_invoke_config", "delete_function_event_invoke_config", ("FunctionName",)
    ),
    # moto has these, but leaves them behind.
    "AWS::Lambda::Permission": Kind("lambda", "add_permission", "remove_permission", ("FunctionName", "StatementId")),
}


class ByApi:
    """A resource that exists because of a call of the API."""

    kind: Kind
    endpoint: str

    def __init__(self, known: dict[str, Any], client: Any) -> None:
        self.known, self.client = known, client

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return True

    def get_cfn_attribute(self, attribute: str) -> Any:
        if attribute == "RegionalDomainName":  # moto gives a domain none
            return f"target-of.{self.known['DomainName']}"
        return self.known[attribute]

    @property
    def physical_resource_id(self) -> str:
        return str(self.known[self.kind.identity[-1]])

    @classmethod
    def create_from_cloudformation_json(
        cls, name: str, template: Any, account_id: str, region_name: str, **about: Any
    ) -> "ByApi":
        client = _client(cls.kind.service, region_name, cls.endpoint)
        properties = template["Properties"]
        if cls.kind.create == "add_permission":
            properties = properties | {"StatementId": about["LogicalId"]}
        if "Qualifier" in properties:  # which moto overlooks, but not in a name
            properties = properties | {"FunctionName": f"{properties['FunctionName']}:{properties['Qualifier']}"}
        try:
            answer = getattr(client, cls.kind.create)(**properties)
        except (ClientError, ParamValidationError) as error:
            raise ValidationError(message=f"{about['LogicalId']}: {error}") from error
        return cls({"AlarmNames": [properties.get("AlarmName")]} | properties | answer, client)

    @classmethod
    def update_from_cloudformation_json(cls, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(f"{cls.__name__} can be made and deleted only.")

    def delete(self, account_id: str, region_name: str) -> None:
        identity = {name: self.known[name] for name in self.kind.identity}
        try:
            getattr(self.client, self.kind.delete)(**identity)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:  # what is gone already is gone
                raise


@cache
def _client(service: str, region: str, endpoint: str) -> Any:
    return boto3.client(service, region, endpoint_url=endpoint, config=Config(retries={"total_max_attempts": 1}))


def add_resources(endpoint: str) -> None:
    """moto finds a model among the subclasses of CloudFormationModel; the last of a type wins."""
    for type_name, kind in KINDS.items():
        own = {
            "kind": kind,
            "endpoint": endpoint,
            "cloudformation_type": staticmethod(lambda type_name=type_name: type_name),
            "cloudformation_name_type": staticmethod(lambda: ""),
        }
        type(type_name, (ByApi, CloudFormationModel), own)
    parsing.get_model_list()  # keeps them: a class knows its subclasses weakly only

    find = parsing.resource_class_from_type

    def find_or_refuse(type_name: str) -> Any:
        if model := find(type_name):
            return model
        raise ValidationError(message=f"There is no such type here: {type_name}")

    parsing.resource_class_from_type = find_or_refuse


def add_conditions() -> None:
    """To update a stack, moto compares the texts of templates only; here a condition that turns is a change too."""
    update = ResourceMap.update

    def build_resource_diff(self: Any, template: Any, parameters: Any = None) -> dict[str, list[str]]:
        old, new = self._resource_json_map, template["Resources"]
        there = {name for name in old if name in self._parsed_resources}
        holds = _conditions(self, template, parameters)
        wanted = {name for name in new if "Condition" not in new[name] or holds[new[name]["Condition"]]}
        return {
            "Add": [name for name in new if name in wanted - there],
            "Modify": [name for name in new if name in wanted & there and new[name] != old[name]],
            "Remove": [name for name in reversed(old) if name in there - wanted],  # users before what they use
        }

    def update_and_forget(self: Any, template: Any, parameters: Any = None) -> None:
        removed = self.build_resource_diff(template, parameters)["Remove"]
        update(self, template, parameters)
        for name in removed:
            self._parsed_resources.pop(name, None)

    ResourceMap.build_resource_diff = build_resource_diff
    ResourceMap.update = update_and_forget


def _conditions(stack: Any, template: Any, parameters: Any) -> dict[str, bool]:
    """The template's conditions with these parameters."""
    about = stack.stack_id, stack["AWS::StackName"], parameters or stack.input_parameters, stack.tags
    place = stack._region_name, stack._account_id
    as_it_will_be = ResourceMap(*about, *place, template, stack.cross_stack_resources)
    as_it_will_be.load()
    conditions: dict[str, bool] = as_it_will_be.lazy_condition_map
    return conditions


def add_function_urls() -> None:
    """`zappa update` asks for a function's URLs, to delete them."""

    def list_function_url_configs(self: Any) -> str:
        function = self.backend.get_function(unquote(self.path.rsplit("/", 2)[1]))
        return json.dumps({"FunctionUrlConfigs": [function.url_config.to_dict()] if function.url_config else []})

    LambdaResponse.list_function_url_configs = list_function_url_configs
    url_paths[r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/urls$"] = LambdaResponse.dispatch


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # not every request
    add_conditions()
    add_function_urls()
    add_versions()
    add_provisioned_concurrency()
    add_aliases()
    add_invocations()
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    add_resources(f"http://127.0.0.1:{port}")
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
