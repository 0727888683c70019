"""The front door: an HTTP API whose $default route is production, with a route for each operation that lives elsewhere.

The API itself is there from the first step on: its address is known before anything answers, and stays the same when
the topology changes. So is its role, in whose name it invokes functions: one that says which, instead of a permission
at each of a hundred functions.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from deploy.topologies import ALIAS, Function, Topology
from library_site.cqrs.operations import RegisteredOperation

from .resources import (
    Json,
    Resources,
    allow,
    arn,
    arn_of,
    assumed_by,
    exists,
    function_arn,
    if_,
    live,
    policy,
    ref,
    resource,
    sub,
)

ACCESS_LOG = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "responseLatency": "$context.responseLatency",
    "functionRequestId": "$context.awsEndpointRequestId",  # the request_id of the function's own log
    "functionStatus": "$context.integration.integrationStatus",
    "functionLatency": "$context.integration.latency",
    "invocationStatus": "$context.integration.status",
    "integrationError": "$context.integrationErrorMessage",
}


FOR_STRANGERS = {
    "POST /login": {"ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 20},
    "POST /admin/login/": {"ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 20},
    "GET /api/schema": {"ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 10},
}
"""What a stranger may ask for has routes of its own, so that it takes little of what the API lets through to others."""


def rest_routes() -> dict[str, RegisteredOperation]:
    """The operation behind each URL of a task, by the key of its route: POST /api/book/{id}/borrow."""
    return {
        f"{method.upper()} /{path}": rest_task.operation
        for path, callback in _urls(get_resolver().url_patterns)
        for method, action in getattr(callback, "actions", {}).items()
        if method != "head"  # which REST framework adds to a view that has answered something
        if (rest_task := getattr(getattr(callback.cls, action), "rest_task", None))
    }


def _urls(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Each path that Django serves, its parameters as API Gateway writes them, and its view."""
    for each in patterns:
        path = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(each.pattern))
        if isinstance(each, URLResolver):
            yield from _urls(each.url_patterns, path)
        else:
            yield path, each.callback


def http_api(topology: Topology) -> Resources:
    """The API with everything that leads from it to the functions."""
    resources = _api(topology) | {"HttpApiRole": _role(topology)} | _domain()
    for function in topology.routed:
        resources[f"{function.logical_id}Integration"] = _integration(function, topology)
    resources["DefaultRoute"] = _route("$default", topology.production, topology)
    for key in FOR_STRANGERS:
        resources[_name_of(key)] = _route(key, topology.production, topology)
    for key, operation in sorted(rest_routes().items()):
        if (function := topology.function_of(operation)) != topology.production:
            resources[f"{operation.name}Route"] = _route(key, function, topology)
    return resources


def _api(topology: Topology) -> Resources:
    """The API, its one stage, which can only bound routes that are there, and its log."""
    project, are_routes = topology.production.project, exists(topology.production, topology)
    bounded = ", ".join(f"${{{_name_of(key)}}}" for key in FOR_STRANGERS)
    log = {"LogGroupName": f"/aws/vendedlogs/{project}-http-api", "RetentionInDays": ref("LogRetentionDays")}
    stage = {
        "ApiId": ref("HttpApi"),
        "StageName": "$default",
        "AutoDeploy": True,
        "DefaultRouteSettings": {"ThrottlingRateLimit": 50, "ThrottlingBurstLimit": 100},
        "RouteSettings": if_(are_routes, FOR_STRANGERS),
        # As it names the routes, CloudFormation makes them first.
        "Description": if_(are_routes, sub(f"Routes with bounds of their own: {bounded}")),
        "AccessLogSettings": {
            "DestinationArn": arn("logs", "log-group:${HttpApiLog}"),
            "Format": json.dumps(ACCESS_LOG),
        },
    }
    return {
        "HttpApi": resource("ApiGatewayV2::Api", {"Name": project, "ProtocolType": "HTTP"}),
        "HttpApiLog": resource("Logs::LogGroup", log),
        "HttpApiStage": resource("ApiGatewayV2::Stage", stage),
    }


def _name_of(key: str) -> str:
    """The name of a route's resource: PostAdminLoginRoute."""
    return "".join(word.title() for word in re.findall(r"\w+", key)) + "Route"


def _domain() -> Resources:
    """The API's own domain, if it is given one, or a path under it."""
    certified = {"CertificateArn": ref("CertificateArn"), "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
    domain = {"DomainName": ref("DomainName"), "DomainNameConfigurations": [certified]}
    mapping = {
        "ApiId": ref("HttpApi"),
        "DomainName": ref("Domain"),
        "Stage": ref("HttpApiStage"),
        "ApiMappingKey": if_("HasBasePath", {"Fn::Select": [1, {"Fn::Split": ["/", ref("BasePath")]}]}),
    }
    return {
        "Domain": resource("ApiGatewayV2::DomainName", domain, "HasDomain"),
        "DomainMapping": resource("ApiGatewayV2::ApiMapping", mapping, "HasDomain"),
    }


def _role(topology: Topology) -> Json:
    """The API may invoke our functions, of which a list would be too long for a policy, but not maintenance."""
    project, invoke = topology.production.project, ["lambda:InvokeFunction"]
    all_of_ours = allow(invoke, function_arn(f"{project}-*:{ALIAS}"))
    maintenance = allow(invoke, function_arn(f"{topology.maintenance.name}*")) | {"Effect": "Deny"}
    return resource(
        "IAM::Role",
        {
            "RoleName": f"{project}-http-api",
            "AssumeRolePolicyDocument": assumed_by("apigateway"),
            "Policies": [{"PolicyName": "own", "PolicyDocument": policy(all_of_ours, maintenance)}],
        },
    )


def _integration(function: Function, topology: Topology) -> Json:
    """How the API hands a request to the function."""
    return resource(
        "ApiGatewayV2::Integration",
        {
            "ApiId": ref("HttpApi"),
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": function_arn(live(function)),
            "CredentialsArn": arn_of("HttpApiRole"),
            "PayloadFormatVersion": "2.0",
            "TimeoutInMillis": min(30, function.timeout + 5) * 1000,  # the function gives up first; AWS allows 30 s
        },
        exists(function, topology),
    )


def _route(key: str, function: Function, topology: Topology) -> Json:
    """A route, which is there only while its function is: the stage deploys it at once."""
    return resource(
        "ApiGatewayV2::Route",
        {
            "ApiId": ref("HttpApi"),
            "RouteKey": key,
            "Target": sub(f"integrations/${{{function.logical_id}Integration}}"),
        },
        exists(function, topology),
    )
