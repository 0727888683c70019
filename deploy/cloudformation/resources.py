"""The words that templates are written in."""

from typing import Any

from deploy.topologies import Function, Topology

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
