"""Which function serves which operations in each topology, and what happens by the clock.

The operations are the code's own, those that dispatch() knows: one that is added has its place everywhere at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from library_site.cqrs.operations import RegisteredOperation, all_operations

ALIAS = "live"
"""The alias of every function, which names the version that requests, messages, events and the clock come to."""


@dataclass(frozen=True)
class Function:
    """A Lambda function: Zappa deploys it from the stage of its name, CloudFormation makes what is around it."""

    project: str
    stage: str
    description: str
    scopes: tuple[str, ...]
    """What it serves, as LIBRARY_OPERATIONS says it."""
    operations: tuple[RegisteredOperation, ...]
    """What comes to it and to no other; to production comes what no other function has."""
    database_role: Literal["desk", "commands", "reader", "owner"]
    """Whom it connects as: each has its share of the connections, and a reader can only read."""
    handler: str
    timeout: int
    memory: int = 1024
    concurrency: int | None = None
    """How many processes it may have at a time, which are reserved for it; None: as many as the account has left."""
    provisioned: int = 0
    """How many processes are kept started, at its alias."""
    tracing: bool = False
    """Whether X-Ray traces it."""

    @property
    def name(self) -> str:
        """As Zappa calls it, and we its queue: library-borrow-book."""
        return f"{self.project}-{self.stage.replace('_', '-')}"

    @property
    def kind(self) -> str:
        """Functions of a kind have one role: production, maintenance, those with commands, and those with none."""
        if not self.operations:
            return self.stage
        return "queries" if all(each.is_query for each in self.operations) else "commands"

    @property
    def role_name(self) -> str:
        return f"{self.project}-{self.kind}"

    @property
    def logical_id(self) -> str:
        """How the names of its resources begin, the same in every template: BorrowBook."""
        return self.stage.title().replace("_", "")

    @property
    def settings_parameters(self) -> tuple[str, ...]:
        """The names in the Parameter Store of what becomes its environment: /library/shared, and /library/desk."""
        return (f"/{self.project}/shared", f"/{self.project}/{self.database_role}")


@dataclass(frozen=True)
class Topology:
    """A way to spread the operations over functions."""

    name: str
    description: str
    production: Function
    maintenance: Function
    dedicated: tuple[Function, ...] = ()

    @property
    def routed(self) -> tuple[Function, ...]:
        """The functions that requests come to."""
        return (self.production, *self.dedicated)

    @property
    def functions(self) -> tuple[Function, ...]:
        return (*self.routed, self.maintenance)

    def function_of(self, operation: RegisteredOperation) -> Function:
        """Where the operation's requests, messages and schedules go."""
        return next((each for each in self.dedicated if operation in each.operations), self.production)

    def has_queue(self, function: Function) -> bool:
        """Whether commands come to it as messages too."""
        return any(self.function_of(each) == function for each in all_operations() if not each.is_query)

    def function_at(self, schedule: "Schedule") -> Function:
        """Where the schedule's event goes."""
        if "operation" not in schedule.event:
            return self.maintenance
        (operation,) = (each for each in all_operations() if each.name == schedule.event["operation"])
        return self.function_of(operation)

    def is_invoked_later(self, function: Function) -> bool:
        """Whether there is nobody to hear its errors: its events come from a queue or by the clock."""
        return self.has_queue(function) or any(self.function_at(each) == function for each in SCHEDULES)


@dataclass(frozen=True)
class Schedule:
    """What happens by the clock: {"manage": COMMAND} or {"operation": NAME, "arguments": {...}}."""

    name: str
    expression: str
    event: dict[str, Any]


BEFORE_OPENING = "cron(0 3 * * ? *)"  # in UTC, the only time that rules know

SCHEDULES = (
    Schedule("expire-reservations", BEFORE_OPENING, {"operation": "ExpireReservations", "arguments": {}}),
    Schedule("end-suspensions", BEFORE_OPENING, {"operation": "EndSuspensions", "arguments": {}}),
    # One after the other: maintenance does one thing at a time.
    Schedule("clear-sessions", "cron(30 3 * * ? *)", {"manage": "clearsessions"}),
    Schedule("clear-keys", "cron(45 3 * * ? *)", {"manage": "clear_idempotency_keys"}),
)

MISSING_BOOKS = {"GetMissingBooks", "ReportFoundBook", "ReportMissingBook"}


def topologies(base: dict[str, Any]) -> list[Topology]:
    """Every topology, of functions as `base` (the stage that all others extend) would have them."""
    operations = all_operations()
    commands = [each for each in operations if not each.is_query]

    production = Function(
        project=base["project_name"],
        stage="production",
        description="The whole library: pages, admin, REST",
        scopes=("*",),
        operations=(),
        database_role="desk",
        handler=base["lambda_handler"],
        timeout=base["timeout_seconds"],
        memory=base["memory_size"],
        concurrency=base.get("lambda_concurrency"),
        tracing=base.get("xray_tracing", False),
    )
    maintenance = replace(
        production,
        stage="maintenance",
        description="Migrations and other management commands, as the owner of the database",
        database_role="owner",
        handler="library_site.on_lambda.maintenance.handler",
        timeout=900,
    )

    def dedicated(stage: str, description: str, mine: Sequence[RegisteredOperation], *scopes: str) -> Function:
        return replace(
            production,
            stage=stage,
            description=description,
            scopes=scopes or tuple(each.name for each in mine),
            operations=tuple(mine),
            database_role="reader" if all(each.is_query for each in mine) else "commands",
        )

    single = {each.name: dedicated(each.slug, f"{each.title}, and nothing else", [each]) for each in operations}
    queries = dedicated("queries", "All queries", [each for each in operations if each.is_query], "queries")

    def topology(name: str, description: str, *functions: Function) -> Topology:
        return Topology(name, description, production, maintenance, functions)

    return [
        topology("monolith", "one function for everything"),
        topology(
            "dispatchers",
            "all commands in one function, all queries in another",
            dedicated("commands", "All commands", commands, "commands"),
            queries,
        ),
        topology(
            "subdomain",
            "what has to do with missing books in a function of its own",
            dedicated("missing_books", "Missing books", [each for each in operations if each.name in MISSING_BOOKS]),
        ),
        topology(
            "extracted",
            "lending in a function of its own, the other commands in another, all queries in a third",
            single["BorrowBook"],
            dedicated(
                "other_commands",
                "All commands but BorrowBook",
                [each for each in commands if each.name != "BorrowBook"],
            ),
            queries,
        ),
        topology("separated", "a function for each operation", *single.values()),
    ]
