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

from .routing import match

ROOT = Path(__file__).resolve().parent.parent.parent


def zappa_settings() -> dict[str, dict[str, Any]]:
    """Every stage as Zappa understands it: `extends` merges at the first level."""
    stages = json.loads((ROOT / "zappa_settings.json").read_text())
    return {name: stages.get(stage.get("extends"), {}) | stage for name, stage in stages.items()}


def template(topology: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((ROOT / "deploy" / f"{topology}.json").read_text())
    return made


def stages_of(topology: str) -> list[str]:
    """The stages whose functions the topology is made of: those whose roles it has."""
    resources = template(topology)["Resources"].values()
    roles = {each["Properties"]["RoleName"] for each in resources if each["Type"] == "AWS::IAM::Role"}
    return [name for name, stage in zappa_settings().items() if stage.get("role_name") in roles]


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
        """What `zappa deploy STAGE -z` creates, without Zappa. The stage's role must exist."""
        settings = zappa_settings()[stage]
        self.client("lambda").create_function(
            FunctionName=f"{settings['project_name']}-{stage.replace('_', '-')}",
            Role=self.client("iam").get_role(RoleName=settings["role_name"])["Role"]["Arn"],
            Runtime=settings["runtime"],
            Handler=settings["lambda_handler"],
            Timeout=settings["timeout_seconds"],
            MemorySize=settings["memory_size"],
            Environment={"Variables": settings["aws_environment_variables"]},
            Code={"ZipFile": package or empty_zip()},
        )

    def deploy_topology(self, topology: str, package: bytes | None = None, /, **parameters: str) -> dict[str, str]:
        """Prepare the stack, create the functions that aren't there yet, connect them; the stack's outputs."""
        self.step(topology, "prepare", **parameters)
        there = {each["FunctionName"] for each in self.client("lambda").list_functions()["Functions"]}
        for stage in stages_of(topology):
            if zappa_settings()[stage]["role_name"] not in there:
                self.create_function(stage, package)
        return self.step(topology, "connect", **parameters)

    def policy(self, function: str) -> list[dict[str, Any]]:
        """Who may invoke the function: the statements of its own policy."""
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
    """Whether the function's policy lets this API invoke it for this request."""
    parameters: dict[str, str]
    """What the variables of the route's path stand for."""
    route_key: str
    payload_format_version: str


class Gateway:
    """The front door as moto has it when this is made: routes, integrations, the functions' policies."""

    def __init__(self, aws: Aws, api_id: str) -> None:
        self.aws, self.api_id = aws, api_id
        api = aws.client("apigatewayv2")
        integrations = {each["IntegrationId"]: each for each in api.get_integrations(ApiId=api_id)["Items"]}
        self.integrations = {
            each["RouteKey"]: integrations[each["Target"].removeprefix("integrations/")]
            for each in api.get_routes(ApiId=api_id)["Items"]
        }
        self.policy = cache(aws.policy)

    def reach(self, method: str, path: str) -> Reached | None:
        """Where a request goes; None: API Gateway answers 404 itself."""
        if not (found := match(self.integrations, method, path)):
            return None
        integration = self.integrations[found.key]
        arn = integration["IntegrationUri"]
        source = arn.replace(":lambda:", ":execute-api:").partition(":function:")[0]
        request = f"{source}:{self.api_id}/$default/{found.key.replace(' ', '')}"
        function = arn.rpartition(":")[2]
        return Reached(
            function,
            any(_allows(each, "apigateway.amazonaws.com", request) for each in self.policy(function)),
            found.parameters,
            found.key,
            integration["PayloadFormatVersion"],
        )


def _allows(statement: dict[str, Any], service: str, source: str) -> bool:
    return (
        (statement["Effect"], statement["Action"], statement["Principal"])
        == ("Allow", "lambda:InvokeFunction", {"Service": service})
        and list(statement["Condition"]) == ["ArnLike"]
        and fnmatchcase(source, statement["Condition"]["ArnLike"]["AWS:SourceArn"])
    )


@contextmanager
def moto_server() -> Iterator[Aws]:
    """A server of one's own, which has what moto_shim.py adds; it ends with the context, or with this process."""
    command = [sys.executable, "-m", "deploy.tests.moto_shim"]
    keys = {"AWS_ACCESS_KEY_ID": "not-a-key", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}
    with subprocess.Popen(
        command, cwd=ROOT, env=keys, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        yield Aws(f"http://127.0.0.1:{int(server.stdout.readline())}")
