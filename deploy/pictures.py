"""docs/topologies.md: what goes where in each topology, as pictures and as a table."""

from typing import NamedTuple

from library_site.cqrs.operations import RegisteredOperation, all_operations

from .topologies import SCHEDULES, Function, Topology

FEW = 5
"""As many functions of their own fit into a picture."""

INTRODUCTION = """# Five topologies

The same zip, deployed as one function, a few, or one for each operation. What differs is which function the route and
the queue of an operation lead to, and what `LIBRARY_OPERATIONS` lets that function serve; whatever else is asked of it
is not found there. What is no operation (the desk, sign-in, the admin, CRUD) is `production`'s in all of them.

This page is made from the code by `make topologies`.
"""


def pictures(topologies: list[Topology]) -> str:
    """The page, in Markdown with Mermaid's pictures."""
    return "\n".join([INTRODUCTION, *(section for topology in topologies for section in _sections(topology))])


def _sections(topology: Topology) -> list[str]:
    title = f"## {topology.name.capitalize()}\n\n{topology.description.capitalize()}: `deploy/{topology.name}.json`.\n"
    return [title, _picture(topology), _table(topology)]


class Box(NamedTuple):
    """A function in a picture; or many of them, of one database role."""

    name: str
    text: str
    functions: list[Function]

    def __str__(self) -> str:
        return f"{self.name}[{self.text}]"


def _picture(topology: Topology) -> str:
    boxes = _boxes(topology)
    maintenance = Box(topology.maintenance.stage, topology.maintenance.stage, [topology.maintenance])
    lines = ["```mermaid", "flowchart LR", "  api([HTTP API])", "  clock([every day])", "  database[(PostgreSQL)]"]
    for box in boxes:
        route = "everything else" if topology.dedicated and topology.production in box.functions else ""
        lines.append(f"  api -->{_label(route)} {box}")
    queued = [box.name for box in boxes if any(topology.has_queue(each) for each in box.functions)]
    readers = sum(topology.has_queue(each) for each in topology.routed)
    lines.append(f"  queues[[{'a queue each' if readers > 1 else 'queue'}]] --> {' & '.join(queued)}")
    called = {topology.function_at(each) for each in SCHEDULES}
    timed = [box.name for box in (*boxes, maintenance) if not called.isdisjoint(box.functions)]
    lines.append(f"  clock --> {' & '.join(timed)}")
    roles = [(box.name, box.functions[0].database_role) for box in (*boxes, maintenance)]
    lines += [f"  {name} -->{_label(role)} database" for name, role in roles]
    return "\n".join([*lines, "```", ""])


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
    return f"|{text}|" if text else ""


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
