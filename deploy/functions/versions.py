"""A function's versions, and its alias, which shares its requests, messages and events out between two of them.

A version is a function as it was at a moment: its code, and its environment with the secrets of that day. Two are kept,
the newest and the one before it. What else somebody has published was not configured for it: it is deleted.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from deploy.topologies import ALIAS, Function

from .clients import client

UNKNOWN = "unknown release"
RELEASED = re.compile(rf"release (\S+)|{UNKNOWN}")
"""The description of a version that was configured before it was published."""

WENT_BACK = "went back"
"""The alias's description, while requests go past the newest version."""

DECIDES = (
    *("Architectures", "CodeSha256", "Environment", "EphemeralStorage", "Handler", "KMSKeyArn", "Layers"),
    *("MemorySize", "Role", "Runtime", "Timeout", "TracingConfig", "VpcConfig"),
)
"""What makes one version different from another."""

ALL = 100
"""In percent."""


class NoWay(Exception):
    """There is no version that the requests could go to."""


@dataclass(frozen=True)
class Version:
    number: int
    description: str
    date: str
    code: str
    """The hash of its zip."""

    @property
    def release(self) -> str | None:
        """Which release its code is of, if that is known."""
        found = RELEASED.fullmatch(self.description)
        return found[1] if found else None


class Versions:
    """The versions of a deployed function, asked for once and after each change. Raises boto3's errors."""

    def __init__(self, function: Function, stage: dict[str, Any]) -> None:
        self.function, self.name = function, function.name
        self.description: str = stage["lambda_description"]
        self.client = client("lambda", stage["aws_region"])

    # What there is

    def ours(self) -> list[Version]:
        """Those that were configured, the newest first."""
        found = [each for each in self._all if RELEASED.fullmatch(each["Description"])]
        made = [
            Version(int(each["Version"]), each["Description"], each["LastModified"][:10], each["CodeSha256"])
            for each in found
        ]
        return sorted(made, key=lambda version: version.number, reverse=True)

    @cached_property
    def _all(self) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("list_versions_by_function").paginate(FunctionName=self.name)
        return [each for page in pages for each in page["Versions"] if each["Version"] != "$LATEST"]

    @cached_property
    def _alias(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.client.get_alias(FunctionName=self.name, Name=ALIAS)
        except self.client.exceptions.ResourceNotFoundException:
            return None
        return found

    def shares(self) -> dict[int, int]:
        """How many of a hundred requests each version gets; the first is the one that the alias is of."""
        if self._alias is None:
            return {}
        routing = (self._alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        others = {int(number): round(weight * ALL) for number, weight in routing.items()}
        return {int(self._alias["FunctionVersion"]): ALL - sum(others.values())} | others

    def went_back(self) -> bool:
        return self._alias is not None and self._alias.get("Description") == WENT_BACK

    @cached_property
    def latest(self) -> dict[str, Any]:
        """The function as it is now, published or not."""
        found: dict[str, Any] = self.client.get_function_configuration(FunctionName=self.name)
        return found

    @cached_property
    def provisioned(self) -> int:
        """How many processes are kept started at the alias."""
        errors = self.client.exceptions
        try:
            found = self.client.get_provisioned_concurrency_config(FunctionName=self.name, Qualifier=ALIAS)
        except (errors.ProvisionedConcurrencyConfigNotFoundException, errors.ResourceNotFoundException):
            return 0
        return int(found["RequestedProvisionedConcurrentExecutions"])

    def _ask_anew(self, *about: str) -> None:
        for each in about:
            self.__dict__.pop(each, None)

    # What can be done

    def publish(self, description: str) -> Version:
        """The function as it is now, as a version that can serve; if that is the newest already, it is that one."""
        ours = self.ours()
        if ours and self._is_like(ours[0]):
            return ours[0]
        made = self._publish(description)
        if made["Description"] != description:  # AWS makes no second version of what somebody has published just so
            self.update(Description=description)
            made = self._publish(description)
            self.update(Description=self.description)
        self.client.get_waiter("published_version_active").wait(FunctionName=self.name, Qualifier=made["Version"])
        return next(each for each in self.ours() if each.number == int(made["Version"]))

    def _publish(self, description: str) -> dict[str, Any]:
        made: dict[str, Any] = self.client.publish_version(FunctionName=self.name, Description=description)
        self._ask_anew("_all")
        return made

    def _is_like(self, version: Version) -> bool:
        its = self.client.get_function_configuration(FunctionName=self.name, Qualifier=str(version.number))
        return all(self.latest.get(key) == its.get(key) for key in DECIDES)

    def update(self, **configuration: Any) -> None:
        """Change the function's configuration, and wait until that is done; no version changes by it."""
        self.wait()
        self.client.update_function_configuration(FunctionName=self.name, **configuration)
        self.wait()
        self._ask_anew("latest")

    def wait(self) -> None:
        """Until nobody is at work on the function: neither Zappa nor we."""
        self.client.get_waiter("function_updated_v2").wait(FunctionName=self.name)

    def lead(self, newest: Version, older: Version | None, percent: int = ALL) -> None:
        """Have the newest version get so many of a hundred requests, and the older one the rest; forget all others.

        Provisioned concurrency is there while all go to one version: AWS doesn't have it at an alias with weights, and
        gives an alias that has it weights of its own for as long as it moves. Raises NoWay.
        """
        if self.function.stage == "maintenance" and 0 < percent < ALL:
            raise NoWay(f"{self.name} has no canary: a command, `migrate` say, must not meet a version by chance.")
        wanted = {older.number: ALL - percent, newest.number: percent} if older else {newest.number: ALL}
        shares = {number: share for number, share in wanted.items() if share}
        if shares != self.shares():
            self.provision(0)
            self._point(shares, "" if newest.number in shares else WENT_BACK)
        self._forget_all_but({newest.number} | ({older.number} if older else set()))
        self.provision(self.function.provisioned if len(shares) == 1 else 0)

    def _point(self, shares: dict[int, int], description: str) -> None:
        first, *others = shares
        change = self.client.update_alias if self._alias else self.client.create_alias
        change(
            FunctionName=self.name,
            Name=ALIAS,
            FunctionVersion=str(first),
            Description=description,
            RoutingConfig={"AdditionalVersionWeights": {str(each): shares[each] / ALL for each in others}},
        )
        self._ask_anew("_alias")

    def _forget_all_but(self, kept: set[int]) -> None:
        for each in self._all:
            if int(each["Version"]) not in kept:
                self.client.delete_function(FunctionName=self.name, Qualifier=each["Version"])
        self._ask_anew("_all")

    def provision(self, processes: int) -> None:
        """Have so many processes kept started at the alias."""
        if processes == self.provisioned:
            return
        at_alias = {"FunctionName": self.name, "Qualifier": ALIAS}
        if processes:
            self.client.put_provisioned_concurrency_config(**at_alias, ProvisionedConcurrentExecutions=processes)
        else:
            self.client.delete_provisioned_concurrency_config(**at_alias)
        self._ask_anew("provisioned")

    def way_back(self, newest: Version) -> Version | None:
        """What the alias is of, which served before any canary, unless it is this one; else the version before."""
        first = next(iter(self.shares()), None)
        older = [each for each in self.ours() if each.number != newest.number]
        return next((each for each in older if each.number == first), None) or next(iter(older), None)
