"""What reaches functions besides requests: commands from queues, and the clock; and where it goes if it fails."""

import json

from deploy.topologies import SCHEDULES, Function, Schedule, Topology

from .resources import Json, Resources, arn_of, exists, function_arn, resource

DAY = 24 * 3600


def queues(topology: Topology) -> Resources:
    """A queue for each function that commands come to, and dead letters wherever nobody would hear of an error."""
    resources: Resources = {}
    for function in topology.functions:
        if topology.has_queue(function):
            resources |= _queue(function, topology)
        if topology.is_invoked_later(function):
            resources |= _dead_letters(function, topology)
    return resources


def _queue(function: Function, topology: Topology) -> Resources:
    dead_letters = {"deadLetterTargetArn": arn_of(f"{function.logical_id}DeadLetters"), "maxReceiveCount": 5}
    return {
        f"{function.logical_id}Queue": resource(
            "SQS::Queue",
            {
                "QueueName": function.name,
                "MessageRetentionPeriod": 14 * DAY,
                "VisibilityTimeout": 6 * function.timeout,  # as AWS advises for queues that functions read
                "SqsManagedSseEnabled": True,
                "RedrivePolicy": dead_letters,
            },
        ),
        f"{function.logical_id}Mapping": resource(
            "Lambda::EventSourceMapping",
            {
                "EventSourceArn": arn_of(f"{function.logical_id}Queue"),
                "FunctionName": function.name,
                "BatchSize": 10,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "ScalingConfig": {"MaximumConcurrency": 10},  # each has a connection to the database
            },
            exists(function, topology),
        )
        | _depends_on_role(function),
    }


def _dead_letters(function: Function, topology: Topology) -> Resources:
    return {
        f"{function.logical_id}DeadLetters": resource(
            "SQS::Queue",
            {
                "QueueName": f"{function.name}-dead-letters",
                "MessageRetentionPeriod": 14 * DAY,
                "SqsManagedSseEnabled": True,
            },
        ),
        f"{function.logical_id}AsyncInvocations": resource(
            "Lambda::EventInvokeConfig",
            {
                "FunctionName": function.name,
                "Qualifier": "$LATEST",
                "MaximumRetryAttempts": 2,
                "DestinationConfig": {"OnFailure": {"Destination": arn_of(f"{function.logical_id}DeadLetters")}},
            },
            exists(function, topology),
        )
        | _depends_on_role(function),
    }


def _depends_on_role(function: Function) -> Json:
    """Lambda refuses a queue that the function's role may not use; a change of topology gives it one, and the right."""
    return {"DependsOn": f"{function.logical_id}Role"}


def schedules(topology: Topology, table: tuple[Schedule, ...] = SCHEDULES) -> Resources:
    """A rule for each schedule, and that it may invoke its function."""
    resources: Resources = {}
    for schedule in table:
        resources |= _schedule(schedule, topology)
    return resources


def _schedule(schedule: Schedule, topology: Topology) -> Resources:
    function = topology.function_at(schedule)
    name = schedule.name.title().replace("-", "") + "Schedule"
    target = {"Id": function.name, "Arn": function_arn(function.name)} | _input(schedule)
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
                "FunctionName": function.name,
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
