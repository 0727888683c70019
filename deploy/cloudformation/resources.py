"""The words that templates are written in."""

from typing import Any

from deploy.topologies import ALIAS, Function, Topology

Json = dict[str, Any]
Resources = dict[str, Json]


def resource(kind: str, properties: Json, condition: str | None = None) -> Json:
    """A resource; with a condition, it exists only while that holds."""
    made = {"Type": f"AWS::{kind}", "Properties": properties}
    return made | {"Condition": condition} if condition else made


def exists(function: Function, topology: Topology) -> str:
    """The condition of what needs the function itself, which Zappa makes: see the parameter Step."""
    return "AllExist" if function in topology.dedicated else "ProductionExists"


def ref(name: str) -> Json:
    return {"Ref": name}


def arn_of(name: str) -> Json:
    """The ARN of a resource of the template."""
    return {"Fn::GetAtt": [name, "Arn"]}


def sub(text: str) -> Json:
    return {"Fn::Sub": text}


def if_(condition: str, value: Any) -> Json:
    """The value while the condition holds, else nothing."""
    return {"Fn::If": [condition, value, ref("AWS::NoValue")]}


def arn(service: str, what: str) -> Json:
    """The ARN of something in this account and region that need not be a resource of the template."""
    return sub(f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{what}")


def function_arn(name: str) -> Json:
    """The ARN of a function. Zappa makes it, so templates know it by name."""
    return arn("lambda", f"function:{name}")


def live(function: Function) -> str:
    """What leads to a function leads to its alias, which names the version that is in use."""
    return f"{function.name}:{ALIAS}"


def query(statistic: str, metric: str, dimension: str, rest: str) -> str:
    """Of all that AWS counts by this dimension, whatever it is called, in CloudWatch's Metrics Insights."""
    namespace = {"FunctionName": "AWS/Lambda", "QueueName": "AWS/SQS"}[dimension]
    return " ".join([f"SELECT {statistic}({metric})", f'FROM SCHEMA("{namespace}", {dimension})', rest])


def allow(actions: list[str], target: Json | str | list[Json]) -> Json:
    return {"Effect": "Allow", "Action": actions, "Resource": target}


def policy(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def assumed_by(service: str) -> Json:
    """Who may act in the name of a role."""
    return policy({"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"})
