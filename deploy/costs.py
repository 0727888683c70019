"""What the library costs a month: `python -m deploy.costs` prints the tables of docs/deploying.md.

For the topology `dispatchers`, at list prices in US dollars of us-east-1, without free tiers, taxes and traffic.
Sources: the pricing pages of AWS Lambda, API Gateway, CloudWatch, X-Ray and RDS. Check them before you rely on it.
"""

from typing import NamedTuple

REQUESTS = (1_000, 100_000, 10_000_000)

# Per request: a command or query with its records, cold starts included on the average.
SECONDS = 0.06
GIGABYTES = 1.0
LOG_KILOBYTES = 2.0  # as measured: 1.2 of ours, 0.4 of Lambda's own, 0.4 of the API's

LAMBDA_REQUEST = 0.20 / 1e6
GIGABYTE_SECONDS = {"x86-64": 0.0000166667, "arm64": 0.0000133334}
HTTP_API_REQUEST = 1.00 / 1e6
LOG_GIGABYTE = 0.50

METRIC = 0.30
ALARM = 0.10  # of one metric; one that computes with several costs as much for each
DASHBOARD = 3.00
TRACES = 5.00 / 1e6

OUTCOMES = 4  # ANSWERED, CARRIED_OUT, REFUSED, FAILED
METRICS = OUTCOMES + 1  # how long operations take, by how they end; how long a start takes
DETAILED_METRICS = 60 + 4  # one for each operation and outcome that occurs, and one for each function's start

QUEUES = 1
RECEIVES = 5 * 3 * 60 * 24 * 30  # of each queue, by Lambda's five pollers, which wait for 20 seconds each time
RECEIVE = 0.40 / 1e6
STORAGE_GIGABYTE = 0.115
STORAGE_GIGABYTES = 20
HOURS = 730


class Database(NamedTuple):
    """An RDS instance for PostgreSQL in one availability zone."""

    name: str
    hourly: float


DATABASES = {
    1_000: Database("db.t4g.micro", 0.016),
    100_000: Database("db.t4g.micro", 0.016),
    10_000_000: Database("db.t4g.small", 0.032),
}


def costs(requests: int) -> dict[str, float]:
    """Dollars a month for so many requests a month, by what they are spent on."""
    database = DATABASES[requests]
    return {
        "Lambda": on_lambda(requests, "x86-64"),
        "HTTP API": requests * HTTP_API_REQUEST,
        "Logs": requests * LOG_KILOBYTES / 1e6 * LOG_GIGABYTE,
        "Metrics": METRICS * METRIC,
        "Queue": QUEUES * RECEIVES * RECEIVE,
        "Database": HOURS * database.hourly + STORAGE_GIGABYTES * STORAGE_GIGABYTE,
    }


def on_lambda(requests: int, architecture: str) -> float:
    """What Lambda itself costs for so many requests."""
    return requests * (LAMBDA_REQUEST + SECONDS * GIGABYTES * GIGABYTE_SECONDS[architecture])


def tables() -> list[str]:
    """In Markdown: what it costs, and what more would cost."""
    columns = [costs(requests) for requests in REQUESTS]
    rows = [["a month", *(f"{requests:,} requests" for requests in REQUESTS)], ["---", *["---:"] * len(columns)]]
    rows += [[name, *(f"{column[name]:,.2f}" for column in columns)] for name in columns[0]]
    rows += [["(instance)", *(DATABASES[requests].name for requests in REQUESTS)]]
    rows += [["**Sum, $**", *(f"**{sum(column.values()):,.2f}**" for column in columns)]]
    rows.insert(3, ["(on arm64)", *(f"({on_lambda(requests, 'arm64'):,.2f})" for requests in REQUESTS)])
    return [_table(rows), _table([["more, a month", "$"], ["---", "---:"], *(_more())])]


def _more() -> list[list[str]]:
    """What is not in the sum, each with its dollars a month."""
    more = {
        f"a metric more; all of `DETAILED_METRICS`, some {DETAILED_METRICS}": (METRIC, DETAILED_METRICS * METRIC),
        "an alarm on one metric": (ALARM,),
        "a dashboard (the first three of an account cost nothing)": (DASHBOARD,),
        "traces of 100,000 requests; of each twentieth": (100_000 * TRACES, 5_000 * TRACES),
        "another function that serves commands: its queue": (RECEIVES * RECEIVE,),
    }
    return [[what, "; ".join(f"{dollars:,.2f}" for dollars in each)] for what, each in more.items()]


def _table(rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    print("\n\n".join(tables()))
