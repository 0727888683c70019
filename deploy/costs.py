"""What the library costs a month: `python -m deploy.costs` prints the table of docs/deploying.md.

For the topology `dispatchers`, at list prices in US dollars of us-east-1, without free tiers, taxes and traffic.
Sources: the pricing pages of AWS Lambda, API Gateway, CloudWatch and RDS. Check them before you rely on the sums.
"""

from typing import NamedTuple

REQUESTS = (1_000, 100_000, 10_000_000)

# Per request: a command or query with its log line, cold starts included on the average.
SECONDS = 0.06
GIGABYTES = 1.0
LOG_KILOBYTES = 1.5

LAMBDA_REQUEST = 0.20 / 1e6
LAMBDA_GIGABYTE_SECOND = 0.0000166667
HTTP_API_REQUEST = 1.00 / 1e6
LOG_GIGABYTE = 0.50
METRIC = 0.30
METRICS = 60  # one for each operation and outcome that occurs, and one for each function's start
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
        "Lambda": requests * (LAMBDA_REQUEST + SECONDS * GIGABYTES * LAMBDA_GIGABYTE_SECOND),
        "HTTP API": requests * HTTP_API_REQUEST,
        "Logs": requests * LOG_KILOBYTES / 1e6 * LOG_GIGABYTE,
        "Metrics": METRICS * METRIC,
        "Queue": QUEUES * RECEIVES * RECEIVE,
        "Database": HOURS * database.hourly + STORAGE_GIGABYTES * STORAGE_GIGABYTE,
    }


def table() -> str:
    """The costs as a table in Markdown."""
    columns = [costs(requests) for requests in REQUESTS]
    rows = [["a month", *(f"{requests:,} requests" for requests in REQUESTS)], ["---", *["---:"] * len(columns)]]
    rows += [[name, *(f"{column[name]:,.2f}" for column in columns)] for name in columns[0]]
    rows += [["(instance)", *(DATABASES[requests].name for requests in REQUESTS)]]
    rows += [["**Sum, $**", *(f"**{sum(column.values()):,.2f}**" for column in columns)]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    print(table())
