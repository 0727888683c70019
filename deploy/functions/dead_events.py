"""Events that functions could not carry out, from the queue of the dead: `python -m deploy.functions.dead_events`.

It says of each when it was given up, by which function, what it asked for and how it failed; with --send it sends them
once more, each to its function, and takes them out of the queue. (Dead messages SQS takes back to their queues itself.)
"""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3

SETTINGS = Path(__file__).resolve().parent.parent.parent / "zappa_settings.json"


def dead_events(sqs: Any, functions: Any, queue: str, *, send: bool) -> Iterator[str]:
    """A line for each. `sqs` and `functions` are boto3's clients, `queue` is a URL.

    One that is sent keeps its id, as an event of the bus, or its idempotency key, so that what was carried out all the
    same is not done twice. What is only looked at is back in the queue after a minute.
    """
    about: dict[str, Any] = {"QueueUrl": queue, "MaxNumberOfMessages": 10, "VisibilityTimeout": 60}
    about["WaitTimeSeconds"] = 1  # who does not wait hears of some of SQS's servers only, and perhaps of no letter
    while letters := sqs.receive_message(**about).get("Messages"):
        for letter in letters:
            envelope = json.loads(letter["Body"])
            yield _line(envelope)
            if send:
                payload = json.dumps(envelope["requestPayload"]).encode()
                function = envelope["requestContext"]["functionArn"]
                functions.invoke(FunctionName=function, InvocationType="Event", Payload=payload)
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=letter["ReceiptHandle"])


def _line(envelope: dict[str, Any]) -> str:
    context, asked = envelope["requestContext"], envelope["requestPayload"]
    function = context["functionArn"].partition(":function:")[2].partition(":")[0]
    error = (envelope.get("responsePayload") or {}).get("errorType", "no answer")
    what = json.dumps(asked.get("detail", asked))
    return f"{envelope['timestamp']} {function}: {what}, {context['condition']}, {error}"


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--send", action="store_true", help="Sends them once more, and takes them out of the queue.")
    base = json.loads(SETTINGS.read_text())["base"]
    sqs, functions = (boto3.client(service, base["aws_region"]) for service in ("sqs", "lambda"))
    queue = sqs.get_queue_url(QueueName=f"{base['project_name']}-dead-events")["QueueUrl"]
    for line in dead_events(sqs, functions, queue, send=parser.parse_args().send):
        print(line, flush=True)


if __name__ == "__main__":
    main()
