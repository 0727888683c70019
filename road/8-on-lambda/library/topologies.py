"""The five ways to spread the operations over functions: of each function its name, and its OPERATIONS."""

from .cqrs.operations import all_operations

TOPOLOGIES = {
    "monolith": {"library": "*"},
    "dispatchers": {"commands": "commands", "queries": "queries"},
    "extracted": {"borrow_book": "BorrowBook", "library": "*"},
    "subdomain": {"catalog": "catalog", "circulation": "circulation"},
    "separated": {each.slug: each.name for each in all_operations()},
}


def function_of(operation, topology):
    """Where the operation's requests and messages go: to the first function that serves it."""
    functions = TOPOLOGIES[topology]
    return next(name for name, served in functions.items() if served in operation.scopes)
