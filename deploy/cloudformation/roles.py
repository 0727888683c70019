"""A role for each kind of function, which may do what such functions do, and a log for each, all that it can write to.

Functions of a kind share a role, or a hundred of them would not fit into a stack: what that gives away stands in
docs/deploying.md. production and maintenance are kinds of their own.
"""

from collections.abc import Iterable

from deploy.topologies import Function, Topology

from .resources import Json, Resources, allow, arn, arn_of, assumed_by, function_arn, policy, ref, resource

NETWORK_INTERFACES = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]
WRITE_LOGS = ["logs:CreateLogStream", "logs:PutLogEvents"]
TAKE_MESSAGES = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
SEND_TRACES = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]


def roles(topology: Topology) -> Resources:
    """What must exist before the functions do. Zappa finds a role by its name."""
    resources = {"NetworkPolicy": _network_policy(topology)}
    for kind in dict.fromkeys(function.kind for function in topology.functions):
        functions = [each for each in topology.functions if each.kind == kind]
        resources[role_id(functions[0])] = _role(functions, topology)
    for function in topology.functions:
        resources[f"{function.logical_id}Log"] = resource(
            "Logs::LogGroup",
            {"LogGroupName": f"/aws/lambda/{function.name}", "RetentionInDays": ref("LogRetentionDays")},
        )
    return resources


def role_id(function: Function) -> str:
    """The logical id of the function's role."""
    return f"{function.kind.title()}Role"


def _network_policy(topology: Topology) -> Json:
    """Lambda puts a function into the VPC in the name of its role; the function's own code may not do the same."""
    any_of_ours = {"ArnLike": {"lambda:SourceFunctionArn": function_arn(f"{topology.production.project}-*")}}
    return resource(
        "IAM::ManagedPolicy",
        {
            "PolicyDocument": policy(
                allow(NETWORK_INTERFACES, "*"),
                {"Effect": "Deny", "Action": NETWORK_INTERFACES, "Resource": "*", "Condition": any_of_ours},
            ),
        },
    )


def _role(functions: list[Function], topology: Topology) -> Json:
    return resource(
        "IAM::Role",
        {
            "RoleName": functions[0].role_name,
            "AssumeRolePolicyDocument": assumed_by("lambda"),
            "ManagedPolicyArns": [ref("NetworkPolicy")],
            "Policies": [{"PolicyName": "own", "PolicyDocument": policy(*_statements(functions, topology))}],
        },
    )


def _statements(functions: list[Function], topology: Topology) -> Iterable[Json]:
    yield allow(WRITE_LOGS, _logs(functions))
    if queues := [arn_of(f"{each.logical_id}Queue") for each in functions if topology.has_queue(each)]:
        yield allow(TAKE_MESSAGES, queues)
    if any(topology.is_invoked_later(each) for each in functions):
        yield allow(["sqs:SendMessage"], arn_of("DeadEvents"))
    if any(each.tracing for each in functions):
        yield allow(SEND_TRACES, "*")  # X-Ray has no resources to name


def _logs(functions: list[Function]) -> Json:
    """The functions' logs; of many, those of all functions: their names would not fit into a role's policy."""
    if len(functions) == 1:
        return arn_of(f"{functions[0].logical_id}Log")
    return arn("logs", f"log-group:/aws/lambda/{functions[0].project}-*")
