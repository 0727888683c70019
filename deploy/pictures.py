"""docs/topologies.md: what goes where in each topology, as pictures and as a table."""

from typing import NamedTuple

from library_site.cqrs.operations import RegisteredOperation, all_operations

from .topologies import SCHEDULES, Function, Topology

FEW = 5
"""As many functions of their own fit into a picture."""

INTRODUCTION = """# Five topologies

The same zip, deployed as one function, a few, or one for each operation. What differs is which function the route and
the queue of an operation lead to, and what `LIBRARY_OPERATIONS` lets that function serve; whatever else is asked of it
is not found there.

**The desk is `production`'s in all of them**, with all that is no operation: pages and the scans on them, sign-in, the
admin, CRUD. Who lends at the desk has it done by `production`, which connects as a role that may write; what a topology
divides is the traffic of programs (REST), of queues, and of the clock. Routing a page's form by its operation (`POST
/borrow-book` to `borrow_book`) was considered, and gains little: a page is asked for before it is sent, so `production`
is at work anyhow; one that is refused is shown again with what several queries know, so a command's function would have
to serve those too, with sessions, CSRF and templates; and a desk would wait for one cold start after the other, where
one warm function answers all day. Who wants the desk apart from programs has it in all but `monolith` and `subdomain`.

Beside each template stands what it makes, as tables: `deploy/NAME.md`. This page and those are made from the code by
`make topologies`.
"""

TRADES = {
    "monolith": """
*Gains*: one thing to deploy and to take back; the fewest cold starts, as all traffic keeps the same
processes warm; the fewest connections; the lowest cost.
*Loses*: a slow report, or a fault that ends processes, takes the desk with it; whatever serves a query may write.
*Take it* to begin with, and for a library of one desk.
""",
    "dispatchers": """
*Gains*: queries can't write, whatever is wrong with the code: the database lets their role only read. A
flood of searches fills its own processes, and its own share of the connections, while commands go on.
*Loses*: three functions, which don't move to a new version at one instant, start cold each for itself, and hold idle
connections each for itself. A fault in one command still reaches all of them.
*Take it* when programs use REST as much as people use the desk.
""",
    "subdomain": """
*Gains*: a part that changes more often, or is looked after by others, is deployed by itself, with its own
memory and its own limits; what it breaks is its own.
*Loses*: its function has commands and queries, so its queries may write; the rest is one function as in `monolith`; and
both stand on one schema.
*Take it* as a pattern, for a part with a team of its own.
""",
    "extracted": """
*Gains*: what must not wait, lending, has its own processes, memory, concurrency and queue, while the rest
stays together; nothing else that is slow or breaks is in its way.
*Loses*: one function more than `dispatchers`; as little as is asked of it, it starts cold more often than a function of
all commands would, unless provisioned concurrency is paid for by the hour.
*Take it* when measurements name one operation that the others disturb.
""",
    "separated": """
*Gains*: the smallest blast radius: each operation is deployed, sized, limited and taken back by itself; its
log and its figures are its own, and a command waits in a queue of its own.
*Loses*: a function to deploy for each operation; most requests after a quiet quarter of an hour meet a cold start; each
process holds a connection, so the database's limits are met here first; each queue is polled, for $0.26 a month.
Permissions are by kind, not by operation: what one command's function may do, all of them may (docs/deploying.md).
*Take it* to see how far it goes, and `extracted` for the few operations that turn out to need it.
""",
}
"""What each gains and loses beside the others."""


def pictures(topologies: list[Topology]) -> str:
    """The page, in Markdown; its pictures are Graphviz's."""
    return "\n".join([INTRODUCTION, *(section for topology in topologies for section in _sections(topology))])


def _sections(topology: Topology) -> list[str]:
    title = f"## {topology.name.capitalize()}\n\n{topology.description.capitalize()}: `deploy/{topology.name}.json`.\n"
    drawn = f"```dot\n{picture(topology)}```\n"
    return [title, TRADES[topology.name].strip().replace("\n*", "\n\n*") + "\n", drawn, _table(topology)]


class Box(NamedTuple):
    """A function in a picture; or many of them, of one database role."""

    name: str
    text: str
    functions: list[Function]


def picture(topology: Topology) -> str:
    """What requests, messages and the clock come to, and as whom each function connects: in Graphviz's language."""
    boxes = _boxes(topology)
    maintenance = Box(topology.maintenance.stage, topology.maintenance.stage, [topology.maintenance])
    readers = sum(topology.has_queue(each) for each in topology.routed)
    lines = [f'digraph "The topology {topology.name}" {{', "  rankdir=LR", "  node [shape=box]"]
    lines += ['  api [label="HTTP API" shape=oval]', '  clock [label="every day" shape=oval]']
    lines += [f'  queues [label="{"a queue each" if readers > 1 else "queue"}" shape=cds]']
    lines += ['  database [label="PostgreSQL" shape=cylinder]']
    lines += [f'  {box.name} [label="{box.text}"]' for box in (*boxes, maintenance)]
    for box in boxes:
        route = "everything else" if topology.dedicated and topology.production in box.functions else ""
        lines.append(f"  api -> {box.name}{_label(route)}")
    called = {topology.function_at(each) for each in SCHEDULES}
    lines += [f"  queues -> {box.name}" for box in boxes if any(topology.has_queue(each) for each in box.functions)]
    lines += [f"  clock -> {box.name}" for box in (*boxes, maintenance) if not called.isdisjoint(box.functions)]
    lines += [f"  {box.name} -> database{_label(box.functions[0].database_role)}" for box in (*boxes, maintenance)]
    return "\n".join([*lines, "}", ""])


def _boxes(topology: Topology) -> list[Box]:
    """What requests come to: each function, or where they are many, those that write and those that read."""
    if len(topology.dedicated) <= FEW:
        return [Box(each.stage, each.stage, [each]) for each in topology.routed]
    commands = [each for each in topology.dedicated if topology.has_queue(each)]
    queries = [each for each in topology.dedicated if not topology.has_queue(each)]
    return [
        Box(topology.production.stage, topology.production.stage, [topology.production]),
        Box("commands", f"{len(commands)} functions, one for each command", commands),
        Box("queries", f"{len(queries)} functions, one for each query", queries),
    ]


def _label(text: str) -> str:
    return f' [label="{text}"]' if text else ""


def _table(topology: Topology) -> str:
    rows = [
        f"| `{function.name}` | {_served(function, topology)} | {function.database_role} |"
        for function in topology.functions
    ]
    return "\n".join(["| function | serves | database role |", "|---|---|---|", *rows, ""])


def _served(function: Function, topology: Topology) -> str:
    if function == topology.maintenance:
        return "management commands"
    names = _named([each for each in all_operations() if topology.function_of(each) == function])
    if function != topology.production:
        return names
    return "pages, admin, CRUD, schema" + (f"; {names}" if names else "")


def _named(operations: list[RegisteredOperation]) -> str:
    commands = [each for each in all_operations() if not each.is_query]
    queries = [each for each in all_operations() if each.is_query]
    for words, every in (("every operation", all_operations()), ("every command", commands), ("every query", queries)):
        if operations == every:
            return words
    return ", ".join(each.name for each in operations)
