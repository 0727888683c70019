"""A role for each function, which may do what that function does, and its log, which is all that it can write to."""

from collections.abc import Iterable

from deploy.topologies import Function, Topology

from .resources import Json, Resources, arn_of, function_arn, ref, resource

NETWORK_INTERFACES = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]


def roles(topology: Topology) -> Resources:
    """What must exist before the functions do. Zappa finds a role by its name."""
    resources = {"NetworkPolicy": _network_policy(topology)}
    for function in topology.functions:
        resources[f"{function.logical_id}Role"] = _role(function, topology)
        resources[f"{function.logical_id}Log"] = resource(
            "Logs::LogGroup",
            {"LogGroupName": f"/aws/lambda/{function.name}", "RetentionInDays": ref("LogRetentionDays")},
        )
    return resources


def _network_policy(topology: Topology) -> Json:
    """Lambda puts a function into the VPC in the name of its role; the function's own code may not do the same."""
    any_of_ours = {"ArnLike": {"lambda:SourceFunctionArn": function_arn(f"{topology.production.project}-*")}}
    return resource(
        "IAM::ManagedPolicy",
        {
            "PolicyDocument": _policy(
                _allow(NETWORK_INTERFACES, "*"),
                {"Effect": "Deny", "Action": NETWORK_INTERFACES, "Resource": "*", "Condition": any_of_ours},
            ),
        },
    )


def _role(function: Function, topology: Topology) -> Json:
    lambda_may = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    own = _policy(*_statements(function, topology))
    return resource(
        "IAM::Role",
        {
            "RoleName": function.name,
            "AssumeRolePolicyDocument": _policy(lambda_may),
            "ManagedPolicyArns": [ref("NetworkPolicy")],
            "Policies": [{"PolicyName": "own", "PolicyDocument": own}],
        },
    )


def _statements(function: Function, topology: Topology) -> Iterable[Json]:
    yield _allow(["logs:CreateLogStream", "logs:PutLogEvents"], arn_of(f"{function.logical_id}Log"))
    if topology.has_queue(function):
        receive = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        yield _allow(receive, arn_of(f"{function.logical_id}Queue"))
    if topology.is_invoked_later(function):
        yield _allow(["sqs:SendMessage"], arn_of(f"{function.logical_id}DeadLetters"))


def _allow(actions: list[str], target: Json | str) -> Json:
    return {"Effect": "Allow", "Action": actions, "Resource": target}


def _policy(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}
