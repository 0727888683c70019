"""A topology with everything that it is made of: routes, permissions and settings on moto, functions, a database.

    with deployed_topology("extracted", aws, folder, server, "template1") as deployment:
        deployment.program().post("/api/book/0193…/borrow", {"user_id": "0193…"})

What moto was told is all that a function is made of: its handler, its time, its variables, whoever may invoke it.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, cached_property
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from deploy.topologies import ALIAS
from tests.arranger import MAIL

from .aws import PROJECT, ROOT, Aws, Reached, stages_of
from .events import Event
from .library import PASSWORD, SECRET_KEY, STAFF, Client, Library, new_database
from .runtime import SERVES_EVENTS, Function

MAINTENANCE = f"{PROJECT}-maintenance"
PRODUCTION = f"{PROJECT}-production"


@contextmanager
def deployed_topology(topology: str, aws: Aws, folder: Path, server: str, like: str) -> Iterator["Deployment"]:
    """The topology as its operator brings it about, and one member of staff with an API token.

    The functions find their code in the folder, and a database of their own on the server, a copy of another.
    """
    aws.reset()
    with new_roles(server) as roles, new_database(server, like) as database, ExitStack() as stack:
        url = aws.step(topology, "prepare")["Url"]
        urls = {kind: as_role(database, role) for kind, role in roles.items()}
        for name, variables in settings(url, database, urls).items():
            lines = "\n".join(f"{variable}={value}" for variable, value in variables.items())
            aws.client("ssm").put_parameter(Name=f"/{PROJECT}/{name}", Value=lines, Type="SecureString")
        for stage in stages_of(topology):
            aws.create_function(stage)
        configure = [sys.executable, "-m", "deploy", "configure", *stages_of(topology)]
        subprocess.run(configure, cwd=ROOT, env=aws.environment, check=True, timeout=300)
        deployment = Deployment(folder, database, stack, aws, url)
        deployment.manage("migrate")
        deployment.manage("create_database_roles")
        deployment.manage(f"createsuperuser --no-input --username {STAFF} --email {STAFF}@{MAIL}")
        deployment.token = deployment.manage(f"create_api_token {STAFF}").strip()
        aws.step(topology, "connect")
        yield deployment
        deployment.assert_discreet()


def settings(url: str, owner: str, roles: dict[str, str]) -> dict[str, dict[str, str]]:
    """What the operator keeps in the Parameter Store: for all functions, and for those of each database role.

    `owner` is the URL of the database for its owner, `roles` has those of the other roles.
    """
    return {
        "shared": {"SECRET_KEY": SECRET_KEY, "ALLOWED_HOSTS": urlsplit(url).netloc},
        **{kind: {"DATABASE_URL": each} for kind, each in roles.items()},
        "owner": {
            "DATABASE_URL": owner,
            **{f"{kind.upper()}_DATABASE_URL": each for kind, each in roles.items()},
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        },
    }


def as_role(database: str, role: str) -> str:
    """The URL for the role, whose password nobody has used before."""
    url = urlsplit(database)
    return url._replace(netloc=f"{role}:{token_hex(16)}@{url.netloc.rpartition('@')[2]}").geturl()


@contextmanager
def new_roles(server: str) -> Iterator[dict[str, str]]:
    """Names for the roles that functions connect as; whoever goes by them here afterwards is removed."""
    names = {kind: f"{kind}_{token_hex(6)}" for kind in ("desk", "commands", "reader")}
    with removed(server, names.values()):
        yield names


@contextmanager
def removed(server: str, names: Iterable[str]) -> Iterator[None]:
    """Roles of these names are removed at the end, when no database knows them any more."""
    try:
        yield
    finally:
        with psycopg.connect(server, autocommit=True, connect_timeout=10) as connection:
            for name in names:
                connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


class Deployment(Library):
    """A library whose functions are those that are deployed."""

    def __init__(self, folder: Path, database_url: str, stack: ExitStack, aws: Aws, url: str) -> None:
        self.aws, self.host = aws, urlsplit(url).netloc
        self.configuration = cache(self._configuration)
        self.running = cache(self.function)
        super().__init__(folder, database_url, stack)

    @cached_property
    def front_door(self) -> "FrontDoor":
        """As it is when the first request comes."""
        return FrontDoor(self)

    def _configuration(self, name: str) -> dict[str, Any]:
        functions = self.aws.client("lambda")
        configuration: dict[str, Any] = functions.get_function_configuration(FunctionName=name, Qualifier=ALIAS)
        return configuration

    def function(self, name: str = PRODUCTION, handler: str = SERVES_EVENTS, **variables: str) -> Function:
        """Another execution environment of the function (`running` is always the same), with these variables too."""
        configuration = self.configuration(name)
        assert configuration["Handler"] == handler, f"{name} is deployed with {configuration['Handler']}"
        given = configuration["Environment"]["Variables"] | variables
        function = self._stack.enter_context(Function(self.folder, given, name=name, handler=handler))
        self.functions.append(function)
        return function

    def role(self, name: str) -> str:
        """Whom the function connects to the database as: desk, commands, reader or owner."""
        url = self.configuration(name)["Environment"]["Variables"]["DATABASE_URL"]
        return "owner" if url == self.database_url else str(urlsplit(url).username).partition("_")[0]

    def client(self, *, past_the_door_to: Function | None = None, **headers: str) -> Client:
        """Somebody who goes to the library's address, or past it right to a function."""
        return Client(past_the_door_to or self.front_door, headers={"Host": self.host} | headers, host=self.host)

    def program(self, *, past_the_door_to: Function | None = None) -> Client:
        """A client of REST, with the token."""
        return self.client(past_the_door_to=past_the_door_to, Authorization=f"Token {self.token}")


class FrontDoor:
    """The HTTP API, to its clients: their events go where its routes lead, if the function there lets it in."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment, self.gateway = deployment, deployment.aws.gateway()
        self.passed: dict[str, Reached] = {}
        """Where each request went, by the id that Lambda gave it."""

    def invoke(self, event: Event, **_: Any) -> Any:
        """The answer of the function that the event, a request of payload 2.0, belongs to."""
        http, request_id = event["requestContext"]["http"], str(uuid4())
        reached = self.gateway.reach(http["method"], http["path"])
        assert reached, f"{http} leads nowhere"
        assert reached.allowed, f"{reached.function} lets nobody in from {reached.route_key}"
        assert reached.payload_format_version == event["version"], reached
        self.passed[request_id] = reached
        timeout = self.deployment.configuration(reached.function)["Timeout"]
        function = self.deployment.running(reached.function)
        return function.invoke(self._addressed(event, reached), timeout_ms=timeout * 1000, request_id=request_id)

    def _addressed(self, event: Event, reached: Reached) -> Event:
        """With what the API adds about itself and the route."""
        host = self.deployment.host
        about = {"apiId": self.gateway.api_id, "domainName": host, "domainPrefix": host.partition(".")[0]}
        context = event["requestContext"] | about | {"routeKey": reached.route_key}
        parameters = {"pathParameters": reached.parameters} if reached.parameters else {}
        return event | {"routeKey": reached.route_key, "requestContext": context} | parameters

    def functions_by_operation(self) -> dict[str, set[str]]:
        """By operation: where its requests of REST went from here, and whose logs tell of it."""
        found: dict[str, set[str]] = {}
        for function in self.deployment.functions:
            for record in function.logs:
                if record.get("source") == "rest" and (reached := self.passed.get(record["request_id"])):
                    found.setdefault(record["operation"], set()).update({reached.function, record["function"]})
        return found
