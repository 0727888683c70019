"""A topology's CloudFormation template: all of it but the functions, which are Zappa's."""

from deploy.topologies import Topology

from .alarms import alarms
from .dashboard import dashboard
from .event_sources import queues, schedules
from .http_api import http_api
from .resources import Json, Resources, ref, sub
from .roles import roles

PARAMETERS: Json = {
    "Step": {
        "Type": "String",
        "Default": "prepare",
        "AllowedValues": ["prepare", "production", "connect"],
        "Description": (
            "prepare: no function need exist. production: production and maintenance do, all requests go to "
            "production, and other functions' messages wait. connect: all functions do, and the topology is as it "
            "should be."
        ),
    },
    "DomainName": {"Type": "String", "Default": "", "Description": "The API's own domain, if any."},
    "CertificateArn": {"Type": "String", "Default": "", "Description": "The certificate of DomainName."},
    "BasePath": {
        "Type": "String",
        "Default": "",
        "AllowedPattern": "(/[A-Za-z0-9._-]+)?",
        "Description": "The path under DomainName, like the functions' BASE_PATH: /production.",
    },
    "LogRetentionDays": {
        "Type": "Number",
        "Default": 90,
        "AllowedValues": [1, 7, 14, 30, 60, 90, 180, 365, 731, 1827, 3653],
        "Description": "How long logs are kept.",
    },
    "AlarmTopic": {"Type": "String", "Default": "", "Description": "The ARN of a topic that alarms go to, if any."},
    "DatabaseId": {"Type": "String", "Default": "library", "Description": "The name of the RDS instance."},
    "MaxConnections": {
        "Type": "Number",
        "Default": 80,
        "MinValue": 1,
        "Description": "How many connections the database takes (SHOW max_connections); at four fifths it alarms.",
    },
}


def template(topology: Topology) -> Json:
    """The template. What has the same meaning in two topologies has the same name, so that a stack can change over."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"{topology.production.project}: {topology.description}. Made by `make topologies`.",
        "Parameters": PARAMETERS,
        "Conditions": _conditions(topology),
        "Resources": resources(topology),
        "Outputs": _outputs(topology),
    }


def resources(topology: Topology) -> Resources:
    """Those of everything but the functions."""
    reached = queues(topology) | schedules(topology) | http_api(topology)
    return roles(topology) | reached | alarms(topology) | dashboard(topology)


def _conditions(topology: Topology) -> Json:
    given = {"HasDomain": "CertificateArn", "HasBasePath": "BasePath", "HasAlarmTopic": "AlarmTopic"}
    conditions: Json = {name: _is_not(parameter, "") for name, parameter in given.items()}
    conditions["ProductionExists"] = _is_not("Step", "prepare")
    if topology.dedicated:
        conditions["AllExist"] = {"Fn::Equals": [ref("Step"), "connect"]}
    return conditions


def _is_not(parameter: str, value: str) -> Json:
    return {"Fn::Not": [{"Fn::Equals": [ref(parameter), value]}]}


def _outputs(topology: Topology) -> Json:
    own = sub("https://${DomainName}${BasePath}/")
    outputs: Json = {
        "Url": {
            "Description": "Where the library is.",
            "Value": {"Fn::If": ["HasDomain", own, sub("${HttpApi.ApiEndpoint}/")]},
        },
        "DomainTarget": {
            "Description": "What the DNS record of DomainName must be an alias (or CNAME) of.",
            "Value": {"Fn::GetAtt": ["Domain", "RegionalDomainName"]},
            "Condition": "HasDomain",
        },
    }
    for kind, what in {
        "DeadMessages": "Messages that five attempts did not carry out, of all queues.",
        "DeadEvents": "Events that three attempts did not carry out, of all functions, in envelopes that say why.",
    }.items():
        outputs[kind] = {"Description": what, "Value": ref(kind)}
    for function in topology.functions:
        if topology.has_queue(function):
            outputs[f"{function.logical_id}Queue"] = {
                "Description": f"Where commands go as messages: {function.description}.",
                "Value": ref(f"{function.logical_id}Queue"),
            }
    return outputs
