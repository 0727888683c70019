"""docs/topologies.md: what goes where in each topology, as pictures and as a table."""

from library_site.cqrs.operations import all_operations

from .topologies import Function, Topology

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


def _picture(topology: Topology) -> str:
    lines = ["```mermaid", "flowchart LR", "  api([HTTP API])", "  clock([every day])", "  database[(PostgreSQL)]"]
    for function in topology.routed:
        route = "everything else" if topology.dedicated and function == topology.production else ""
        lines.append(f"  api -->{_label(route)} {_box(function)}")
    queued = [function.stage for function in topology.routed if topology.has_queue(function)]
    lines.append(f"  queues[[{'a queue each' if len(queued) > 1 else 'queue'}]] --> {' & '.join(queued)}")
    lines.append(f"  clock --> {_box(topology.maintenance)}")
    lines += [f"  {function.stage} -->{_label(function.database_role)} database" for function in topology.functions]
    return "\n".join([*lines, "```", ""])


def _label(text: str) -> str:
    return f"|{text}|" if text else ""


def _box(function: Function) -> str:
    return f"{function.stage}[{function.stage}]"


def _table(topology: Topology) -> str:
    rows = [
        f"| `{function.name}` | {_served(function, topology)} | {function.database_role} |"
        for function in topology.functions
    ]
    return "\n".join(["| function | serves | database role |", "|---|---|---|", *rows, ""])


def _served(function: Function, topology: Topology) -> str:
    if function == topology.maintenance:
        return "management commands"
    names = ", ".join(each.name for each in all_operations() if topology.function_of(each) == function)
    if function != topology.production:
        return names
    return "pages, admin, CRUD, schema" + (f"; {names}" if names else "")
