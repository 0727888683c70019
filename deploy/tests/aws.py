"""AWS, as far as moto is AWS: a server on the loopback, and what tests do with it.

    with moto_server() as aws:
        aws.deploy_topology("extracted")
        reached = aws.gateway().reach("POST", "/api/book/0193…/borrow")
        assert (reached.function, reached.allowed) == ("library-borrow-book", True)

Of the fixtures in conftest.py, `aws` is such a server with nothing in it. Everything here is read from the committed
files and from moto's state, nothing from the code that generates the files.

moto keeps what it is told, and checks little of it. It evaluates no policy, invokes nothing, and delivers no message.
"""

import io
import json
import subprocess
import sys
import zipfile
from ast import literal_eval
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import requests
from botocore.config import Config

from deploy.topologies import ALIAS

from .routing import match

ROOT = Path(__file__).resolve().parent.parent.parent


def zappa_settings() -> dict[str, dict[str, Any]]:
    """Every stage as Zappa understands it: `extends` merges at the first level."""
    stages = json.loads((ROOT / "zappa_settings.json").read_text())
    return {name: stages.get(stage.get("extends"), {}) | stage for name, stage in stages.items()}


def template(topology: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((ROOT / "deploy" / f"{topology}.json").read_text())
    return made


def resources(topology: str, kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the template's resources of a kind, by logical id."""
    every = template(topology)["Resources"].items()
    return {name: each["Properties"] for name, each in every if each["Type"] == f"AWS::{kind}"}


def stages_of(topology: str | dict[str, Any]) -> list[str]:
    """The stages whose functions the topology, or template, is made of: those whose logs it has."""
    document = template(topology) if isinstance(topology, str) else topology
    resources = document["Resources"].values()
    logs = {each["Properties"]["LogGroupName"] for each in resources if each["Type"] == "AWS::Logs::LogGroup"}
    return [stage for stage in zappa_settings() if f"/aws/lambda/{name_of(stage)}" in logs]


def name_of(stage: str) -> str:
    """The name of the stage's function."""
    return f"{PROJECT}-{stage.replace('_', '-')}"


def function_at(arn: str) -> str:
    """The name of the function that the ARN of its alias leads to."""
    name, _, alias = arn.partition(":function:")[2].partition(":")
    assert alias == ALIAS, f"{arn} does not lead to the version that is in use"
    return name


def empty_zip() -> bytes:
    """A package with nothing in it, for functions that nobody calls."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        file.writestr("nothing.py", "")
    return package.getvalue()


PROJECT = zappa_settings()["base"]["project_name"]


class Aws:
    """A running server, and what is on it."""

    region = zappa_settings()["base"]["aws_region"]

    def __init__(self, url: str) -> None:
        self.url = url
        self.environment = {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "not-a-key",
            "AWS_SECRET_ACCESS_KEY": "not-a-secret",
            "AWS_DEFAULT_REGION": self.region,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "HTTPS_PROXY": "http://127.0.0.1:9",  # nobody: Zappa would ask PyPI whether there is a newer one
        }
        self.client = cache(self._client)

    def _client(self, service: str) -> Any:
        """A boto3 client of the server, the same each time."""
        return boto3.client(
            service,
            self.region,
            endpoint_url=self.url,
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30),
        )

    def reset(self) -> None:
        """Nothing is left on the server."""
        requests.post(f"{self.url}/moto-api/reset", timeout=10).raise_for_status()

    def step(self, topology: str | dict[str, Any], step: str, **parameters: str) -> dict[str, str]:
        """Make the stack of this topology or template, or change it, up to this step; its outputs."""
        document = template(topology) if isinstance(topology, str) else topology
        cloudformation = self.client("cloudformation")
        exists = any(
            each["StackStatus"] != "DELETE_COMPLETE" for each in cloudformation.list_stacks()["StackSummaries"]
        )
        change = cloudformation.update_stack if exists else cloudformation.create_stack
        change(
            StackName=PROJECT,
            TemplateBody=json.dumps(document),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in (parameters | {"Step": step}).items()
            ],
        )
        (stack,) = cloudformation.describe_stacks(StackName=PROJECT)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    def delete_stack(self) -> None:
        self.client("cloudformation").delete_stack(StackName=PROJECT)

    def create_function(self, stage: str, package: bytes | None = None) -> None:
        """What `zappa deploy STAGE -z` and `configure` create, without them. The stage's role must exist."""
        settings, functions, name = zappa_settings()[stage], self.client("lambda"), name_of(stage)
        functions.create_function(
            FunctionName=name,
            Role=self.client("iam").get_role(RoleName=settings["role_name"])["Role"]["Arn"],
            Runtime=settings["runtime"],
            Handler=settings["lambda_handler"],
            Timeout=settings["timeout_seconds"],
            MemorySize=settings["memory_size"],
            Environment={"Variables": settings["aws_environment_variables"]},
            Code={"ZipFile": package or empty_zip()},
        )
        self.go_live(name)

    def go_live(self, name: str) -> None:
        """Give a function the alias that all leads to, as `configure` does."""
        functions = self.client("lambda")
        version = functions.publish_version(FunctionName=name)["Version"]
        functions.create_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)

    def is_live(self, name: str) -> bool:
        return bool(self.client("lambda").list_aliases(FunctionName=name)["Aliases"])

    def deploy_topology(
        self, topology: str | dict[str, Any], package: bytes | None = None, /, **parameters: str
    ) -> dict[str, str]:
        """Prepare the stack, create the functions that aren't there yet, connect them; the stack's outputs."""
        self.step(topology, "prepare", **parameters)
        there = {each["FunctionName"] for each in self.client("lambda").list_functions()["Functions"]}
        for stage in stages_of(topology):
            if name_of(stage) not in there:
                self.create_function(stage, package)
            elif not self.is_live(name_of(stage)):  # Zappa has made it
                self.go_live(name_of(stage))
        return self.step(topology, "connect", **parameters)

    def policy(self, function: str) -> list[dict[str, Any]]:
        """Who may invoke the function, or NAME:ALIAS: the statements of its own policy."""
        client = self.client("lambda")
        client.get_function(FunctionName=function)  # which must be there
        try:
            answer = client.get_policy(FunctionName=function)
        except client.exceptions.ResourceNotFoundException:
            return []
        statements: list[dict[str, Any]] = json.loads(answer["Policy"])["Statement"]
        return statements

    def gateway(self) -> "Gateway":
        """The one HTTP API there is."""
        (api,) = self.client("apigatewayv2").get_apis()["Items"]
        return Gateway(self, api["ApiId"])


@dataclass(frozen=True)
class Reached:
    """Where the API takes a request."""

    function: str
    allowed: bool
    """Whether the function is there, and the API has a role that may invoke it."""
    parameters: dict[str, str]
    """What the variables of the route's path stand for."""
    route_key: str
    payload_format_version: str


class Gateway:
    """The front door as moto has it when this is made: routes, integrations, and what their roles may do."""

    def __init__(self, aws: Aws, api_id: str) -> None:
        self.aws, self.api_id = aws, api_id
        api = aws.client("apigatewayv2")
        integrations = {each["IntegrationId"]: each for each in api.get_integrations(ApiId=api_id)["Items"]}
        self.integrations = {
            each["RouteKey"]: integrations[each["Target"].removeprefix("integrations/")]
            for each in api.get_routes(ApiId=api_id)["Items"]
        }
        self.allows, self.statements = cache(self._allows), cache(self._statements)

    def reach(self, method: str, path: str) -> Reached | None:
        """Where a request goes; None: API Gateway answers 404 itself."""
        if not (found := match(self.integrations, method, path)):
            return None
        integration = self.integrations[found.key]
        arn = integration["IntegrationUri"]
        return Reached(
            function_at(arn),
            self.allows(integration.get("CredentialsArn"), arn),
            found.parameters,
            found.key,
            integration["PayloadFormatVersion"],
        )

    def _allows(self, role: str | None, function: str) -> bool:
        """Whether there is that function, by its ARN, and the API may act in the name of a role that may invoke it."""
        functions = self.aws.client("lambda")
        try:
            functions.get_function(FunctionName=function)
        except functions.exceptions.ResourceNotFoundException:
            return False
        effects = {each["Effect"] for each in self.statements(role) if fnmatchcase(function, each["Resource"])}
        return effects == {"Allow"}

    def _statements(self, role: str | None) -> list[dict[str, Any]]:
        """What the API may do by a role, and what it may not."""
        iam, name = self.aws.client("iam"), (role or "").rpartition("/")[2]
        if not name or "apigateway.amazonaws.com" not in str(iam.get_role(RoleName=name)["Role"]):
            return []
        return [
            each
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
            for each in _document(iam.get_role_policy(RoleName=name, PolicyName=policy))["Statement"]
            if "lambda:InvokeFunction" in each["Action"]
        ]


def _document(answer: dict[str, Any]) -> dict[str, Any]:
    """The policy, which moto has as Python writes it, where CloudFormation brought it."""
    document: dict[str, Any] = literal_eval(answer["PolicyDocument"])
    return document


@contextmanager
def moto_server(**variables: str) -> Iterator[Aws]:
    """A server of one's own, which has what moto_shim.py adds; it ends with the context, or with this process."""
    command = [sys.executable, "-m", "deploy.tests.moto_shim"]
    keys = {"AWS_ACCESS_KEY_ID": "not-a-key", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}
    with subprocess.Popen(
        command, cwd=ROOT, env=keys | variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        yield Aws(f"http://127.0.0.1:{int(server.stdout.readline())}")
