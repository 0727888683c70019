"""What reaches functions besides requests: commands from queues, and the clock; and where it goes if it fails."""

import json

from deploy.topologies import ALIAS, SCHEDULES, Function, Schedule, Topology

from .resources import Json, Resources, arn_of, exists, function_arn, live, resource
from .roles import role_id

DAY = 24 * 3600
WAITING, DEAD = 4 * DAY, 14 * DAY
"""How long a message is kept in its queue, and then in the dead letters: SQS counts both from when it was first sent,
so that one which has waited for four days can still be looked at for ten."""
ATTEMPTS = 5
"""After so many that fail, a message is dead."""


def queues(topology: Topology) -> Resources:
    """A queue for each function that commands come to; for all of them one of dead messages, and one of dead events."""
    project = topology.production.project
    resources: Resources = {f"Dead{kind}": _dead(f"{project}-dead-{kind.lower()}") for kind in ("Messages", "Events")}
    for function in topology.functions:
        if topology.has_queue(function):
            resources |= _queue(function, topology)
        if topology.is_invoked_later(function):
            resources[f"{function.logical_id}AsyncInvocations"] = _failed_events(function, topology)
    return resources


def _dead(name: str) -> Json:
    return resource("SQS::Queue", {"QueueName": name, "MessageRetentionPeriod": DEAD, "SqsManagedSseEnabled": True})


def _queue(function: Function, topology: Topology) -> Resources:
    return {
        f"{function.logical_id}Queue": resource(
            "SQS::Queue",
            {
                "QueueName": function.name,
                "MessageRetentionPeriod": WAITING,
                "VisibilityTimeout": visibility_timeout(function),
                "SqsManagedSseEnabled": True,
                "RedrivePolicy": {"deadLetterTargetArn": arn_of("DeadMessages"), "maxReceiveCount": ATTEMPTS},
            },
        ),
        f"{function.logical_id}Mapping": resource(
            "Lambda::EventSourceMapping",
            {
                "EventSourceArn": arn_of(f"{function.logical_id}Queue"),
                "FunctionName": function_arn(live(function)),
                "BatchSize": 10,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "ScalingConfig": {"MaximumConcurrency": _readers(function)},
            },
            exists(function, topology),
        )
        | _depends_on_role(function),
    }


def _readers(function: Function) -> int:
    """How many of its processes a queue may have at a time: each has a connection to the database.

    No more than there are, or a message that met none would count as tried, and die of it. (AWS wants two at least.)
    """
    return max(2, min(10, function.concurrency or 10))


def visibility_timeout(function: Function) -> int:
    """After how many seconds a message that did not succeed is tried again, as AWS advises where functions read."""
    return 6 * function.timeout


def _failed_events(function: Function, topology: Topology) -> Json:
    """After three attempts an event is kept, in an envelope that says what was asked of which function and why not."""
    made = resource(
        "Lambda::EventInvokeConfig",
        {
            "FunctionName": function.name,
            "Qualifier": ALIAS,
            "MaximumRetryAttempts": 2,
            "DestinationConfig": {"OnFailure": {"Destination": arn_of("DeadEvents")}},
        },
        exists(function, topology),
    )
    return made | _depends_on_role(function)


def _depends_on_role(function: Function) -> Json:
    """Lambda refuses a queue that the function's role may not use; a change of topology gives it one, and the right."""
    return {"DependsOn": role_id(function)}


def schedules(topology: Topology, table: tuple[Schedule, ...] = SCHEDULES) -> Resources:
    """A rule for each schedule, and that it may invoke its function."""
    resources: Resources = {}
    for schedule in table:
        resources |= _schedule(schedule, topology)
    return resources


def _schedule(schedule: Schedule, topology: Topology) -> Resources:
    function = topology.function_at(schedule)
    name = schedule.name.title().replace("-", "") + "Schedule"
    target = {"Id": function.name, "Arn": function_arn(live(function))} | _input(schedule)
    condition = exists(function, topology)
    return {
        name: resource(
            "Events::Rule",
            {
                "Name": f"{function.project}-{schedule.name}",
                "ScheduleExpression": schedule.expression,
                "Targets": [target],
            },
            condition,
        ),
        f"{name}Permission": resource(
            "Lambda::Permission",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": live(function),
                "Principal": "events.amazonaws.com",
                "SourceArn": arn_of(name),
            },
            condition,
        ),
    }


def _input(schedule: Schedule) -> Json:
    """What the function gets: for an operation the event's id too, which makes it happen once if delivered twice."""
    if "manage" in schedule.event:
        return {"Input": json.dumps(schedule.event)}
    template = {"id": "<id>", "detail-type": "Scheduled Event", "source": "aws.events", "detail": schedule.event}
    return {
        "InputTransformer": {
            "InputPathsMap": {"id": "$.id"},
            "InputTemplate": json.dumps(template).replace('"<id>"', "<id>"),  # EventBridge adds the quotes
        }
    }
