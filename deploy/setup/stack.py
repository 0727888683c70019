"""The CloudFormation stack: made, or changed, with the topology's template and the parameters that the setup knows."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from deploy.setup.answers import SetupFailed

PATIENCE, PAUSE = 40 * 60, 10
"""Seconds: for whoever is at work on the stack, a setup that was broken off for example; between two looks."""

LARGEST = 51_200
"""Bytes of a template that CloudFormation takes from whoever calls it; a larger one comes from a bucket."""


class Stack:
    """The stack of this name; `clients` gives boto3's client of a service."""

    def __init__(self, clients: Any, name: str) -> None:
        self.clients, self.name = clients, name
        self.api = clients("cloudformation")

    def exists(self) -> bool:
        """Whether it is there, once nobody is at work on it. Raises SetupFailed where there is no going on from it."""
        for _ in range(PATIENCE // PAUSE):
            if not (status := self._status()).endswith("_IN_PROGRESS"):
                break
            time.sleep(PAUSE)
        if status in {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"}:
            raise SetupFailed(
                f"The stack {self.name} could not be made ({self._reasons()}). Mend that, and take away what is left: "
                f"aws cloudformation delete-stack --stack-name {self.name}"
            )
        return status not in {"", "DELETE_COMPLETE"}

    def _status(self) -> str:
        try:
            (stack,) = self.api.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
            return ""
        return str(stack["StackStatus"])

    def outputs(self) -> dict[str, str]:
        (stack,) = self.api.describe_stacks(StackName=self.name)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    def change(self, file: Path, parameters: dict[str, str]) -> Iterator[str]:
        """Bring it about; parameters that are not named keep their values. Raises SetupFailed."""
        there = self.exists()
        wanted = (self._parameters(file) if there else {}) | parameters
        options = {
            "StackName": self.name,
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in wanted.items()],
            **self._template(file),
        }
        try:
            (self.api.update_stack if there else self.api.create_stack)(**options)
            self.api.get_waiter("stack_update_complete" if there else "stack_create_complete").wait(StackName=self.name)
        except ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
        except WaiterError as error:
            raise SetupFailed(f"The stack {self.name} was not made: {self._reasons()}") from error
        yield f"{self.name}: {', '.join(f'{key}={value}' for key, value in parameters.items() if value)}"

    def _parameters(self, file: Path) -> dict[str, str]:
        """The values that the stack has for parameters that the template knows."""
        (stack,) = self.api.describe_stacks(StackName=self.name)["Stacks"]
        known = json.loads(file.read_text())["Parameters"]
        has = {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])}
        return {key: value for key, value in has.items() if key in known}

    def _template(self, file: Path) -> dict[str, str]:
        text = file.read_text()
        if len(text.encode()) <= LARGEST:
            return {"TemplateBody": text}
        account = self.clients("sts").get_caller_identity()["Account"]
        s3, region = self.clients("s3"), self.api.meta.region_name
        bucket = f"{self.name}-templates-{account}-{region}"
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        with suppress(s3.exceptions.BucketAlreadyOwnedByYou):  # by an earlier step
            s3.create_bucket(Bucket=bucket, **place)
        s3.put_object(Bucket=bucket, Key=file.name, Body=text.encode())
        return {"TemplateURL": f"https://{bucket}.s3.{region}.amazonaws.com/{file.name}"}

    def _reasons(self) -> str:
        events = self.api.describe_stack_events(StackName=self.name)["StackEvents"]
        failed = [each for each in events if each["ResourceStatus"].endswith("_FAILED")]
        return "; ".join(f"{each['LogicalResourceId']}: {each.get('ResourceStatusReason', '')}" for each in failed[:3])
