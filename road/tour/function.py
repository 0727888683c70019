"""A function of AWS Lambda in a process of its own: events come in, a line each; what its entry point answers goes out.

What the function serves, and on which database, its environment says, as on Lambda.
"""

import json
import os
import sys
from time import monotonic
from uuid import uuid4

import library_site.on_lambda.entry as entry_point  # what takes long, once, as in a cold start

SECONDS = 30


class Context:
    """What Lambda tells of an invocation."""

    def __init__(self) -> None:
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.aws_request_id = str(uuid4())
        self._until = monotonic() + SECONDS

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * (self._until - monotonic()))


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the function prints is its log
    for line in sys.stdin:
        print(_answer(line), file=answers, flush=True)


def _answer(line: str) -> str:
    try:
        return json.dumps({"answer": entry_point.handler(json.loads(line), Context())})
    except Exception as error:  # noqa: BLE001 - Lambda tells the invoker of any
        return json.dumps({"error": str(error)})


if __name__ == "__main__":
    main()
