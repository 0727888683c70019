"""deploy/TOPOLOGY.md: what a topology's template makes, as tables for people, who need not read JSON."""

from collections.abc import Iterable, Iterator

from deploy.topologies import Function, Topology

from .resources import Json, Resources

OWN = {
    "Log": "where it writes",
    "Integration": "by which the API hands it requests",
    "Queue": "of commands that come as messages",
    "Mapping": "by which Lambda has it read the queue",
    "AsyncInvocations": "where events go that it failed to carry out",
}
"""The resources that a function has for itself, by how their names end."""

NAMES = ("AlarmName", "DashboardName", "LogGroupName", "Name", "QueueName", "RoleName", "StageName")


def summary(topology: Topology, resources: Resources) -> str:
    """The page, in Markdown: a row for each function, then a row for each resource that is no function's own."""
    own = {f"{function.logical_id}{ending}" for function in topology.functions for ending in OWN}
    functions = [_function(each, resources) for each in topology.functions]
    others = [_other(name, each) for name, each in resources.items() if name not in own and not _is_route(each)]
    return "\n".join(
        [
            f"# {topology.name.capitalize()}: {len(resources)} resources\n",
            f"What `deploy/{topology.name}.json` makes around the functions, made by `make topologies` with it.\n",
            "## Of each function\n",
            f"{'; '.join(f'*{ending}*: {what}' for ending, what in OWN.items())}.\n",
            *_table(("function", "its role", "resources", "routes to it"), functions),
            "\n## Of all of them\n",
            *_table(("resource", "kind", "called", "about", "there if"), others),
            "",
        ]
    )


def _function(function: Function, resources: Resources) -> tuple[str, ...]:
    own = [ending for ending in OWN if f"{function.logical_id}{ending}" in resources]
    keys = [
        f"`{each['Properties']['RouteKey']}`"
        for each in resources.values()
        if _is_route(each) and f"${{{function.logical_id}Integration}}" in str(each["Properties"]["Target"])
    ]
    named = f"`{function.logical_id}` and {', '.join(own)}"
    return f"`{function.name}`", f"`{function.role_name}`", named, ", ".join(keys)


def _is_route(resource: Json) -> bool:
    return bool(resource["Type"] == "AWS::ApiGatewayV2::Route")


def _other(name: str, resource: Json) -> tuple[str, ...]:
    properties = resource["Properties"]
    called = next((properties[each] for each in NAMES if isinstance(properties.get(each), str)), "")
    kind = resource["Type"].removeprefix("AWS::").replace("::", " ")
    return f"`{name}`", kind, called and f"`{called}`", "; ".join(_about(properties)), resource.get("Condition", "")


def _about(properties: Json) -> Iterator[str]:
    """What an alarm looks at, when a rule is due and which function it calls, whom a permission is for."""
    if "Threshold" in properties:
        watched = properties.get("MetricName") or properties["Metrics"][-1]["Expression"]
        yield f"{watched['Fn::Sub'] if isinstance(watched, dict) else watched} of {properties['Threshold']:,.0f}"
    if "ScheduleExpression" in properties:
        yield f"{properties['ScheduleExpression']}: `{properties['Targets'][0]['Id']}`"
    if "Principal" in properties:
        yield f"{properties['Principal']} may invoke `{properties['FunctionName']}`"


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (titles, ["---"] * len(titles), *rows)]
