"""Mutants: a module with one change, such as a slip of the keyboard would make, and the code that Python makes of it.

Left out are what no test can tell or should: annotations, docstrings, the options of dataclasses (mypy holds those),
and words for people, in gettext's functions and in what is raised.
"""

import ast
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent.parent

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.And: ast.Or,
    ast.BitAnd: ast.BitOr,
    ast.Eq: ast.NotEq,
    ast.Gt: ast.GtE,
    ast.In: ast.NotIn,
    ast.Is: ast.IsNot,
    ast.Lt: ast.LtE,
    ast.Mult: ast.FloorDiv,
}
SWAPPED.update({other: one for one, other in SWAPPED.items()})
LEFT_OUT_CALLS = {"TypeVar", "cast", "dataclass", "_", "gettext", "gettext_noop", "ngettext", "pgettext_lazy"}


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """The `index`th change of a module (None: no change). `statement` is the first line of the statement it is in."""

    path: str
    index: int | None
    line: int
    statement: int
    at_import: bool
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.what}"


class _Place(NamedTuple):
    """A node, and where it is: in `parent.field`, of a list at `position`."""

    node: ast.AST
    parent: ast.AST
    field: str
    position: int | None
    statement: int
    at_import: bool


def mutants_of(path: str) -> list[Mutant]:
    """All mutants of a module, in the order of its source."""
    changes = enumerate(_changes(ast.parse((ROOT / path).read_text())))
    return [
        Mutant(
            path=path,
            index=index,
            line=getattr(place.node, "lineno", place.statement),
            statement=place.statement,
            at_import=place.at_import,
            what=f"{_shown(place.node)} -> {_shown(changed)}",
        )
        for index, (place, changed) in changes
    ]


def code_of(path: str, index: int | None = None) -> CodeType:
    """The code of a module: of its `index`th mutant, or unchanged, made in the same way."""
    tree = ast.parse((ROOT / path).read_text())
    if index is not None:
        place, changed = list(_changes(tree))[index]
        ast.copy_location(changed, place.node)
        if place.position is None:
            setattr(place.parent, place.field, changed)
        else:
            getattr(place.parent, place.field)[place.position] = changed
    return compile(ast.fix_missing_locations(tree), str(ROOT / path), "exec")


def _shown(node: ast.AST) -> str:
    """A statement by its first line, and no more than fits into one."""
    line = ast.unparse(node).partition("\n")[0]
    return line if len(line) <= 110 else f"{line[:107]}..."


def _changes(tree: ast.Module) -> Iterator[tuple[_Place, ast.AST]]:
    for place in list(_places(tree, _left_out(tree), statement=0, at_import=True)):
        for changed in _CHANGED.get(type(place.node), lambda _: [])(place.node):
            yield place, changed


def _places(parent: ast.AST, left_out: set[int], *, statement: int, at_import: bool) -> Iterator[_Place]:
    for field, value in ast.iter_fields(parent):
        within = at_import and not (field == "body" and isinstance(parent, ast.FunctionDef | ast.Lambda))
        for position, node in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(node, ast.AST) or id(node) in left_out or field in {"annotation", "returns"}:
                continue
            first = node.lineno if isinstance(node, ast.stmt) else statement
            yield _Place(node, parent, field, position if isinstance(value, list) else None, first, within)
            yield from _places(node, left_out, statement=first, at_import=within)


def _left_out(tree: ast.Module) -> set[int]:
    """By their ids, the nodes that have no mutants, nor has what is in them."""
    nodes: list[ast.AST] = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in LEFT_OUT_CALLS:
                nodes.append(node)
            case ast.Raise(exc=ast.Call(args=words)):
                nodes += words
            case ast.Expr(value=ast.Constant()):
                nodes.append(node)
    return {id(node) for node in nodes}


def _with(node: ast.AST, **fields: Any) -> ast.AST:
    changed = copy(node)
    vars(changed).update(fields)
    return changed


def _operation(node: Any) -> list[ast.AST]:
    return [_with(node, op=SWAPPED[type(node.op)]())] if type(node.op) in SWAPPED else []


def _comparison(node: ast.Compare) -> list[ast.AST]:
    kinds = [[SWAPPED[type(op)] if op is other else type(op) for op in node.ops] for other in node.ops]
    return [_with(node, ops=[kind() for kind in each]) for each in kinds]


def _constant(node: ast.Constant) -> list[ast.AST]:
    value = node.value
    if isinstance(value, int):
        return [_with(node, value=not value if isinstance(value, bool) else value + 1)]
    return [_with(node, value=f"XX{value}")] if isinstance(value, str) and value else []


def _condition(node: ast.If | ast.IfExp | ast.While) -> list[ast.AST]:
    has_its_own = isinstance(node.test, ast.Compare | ast.UnaryOp | ast.Constant)
    return [] if has_its_own else [_with(node, test=ast.UnaryOp(ast.Not(), node.test))]


def _return(node: ast.Return) -> list[ast.AST]:
    is_none = isinstance(node.value, ast.Constant) and node.value.value is None
    return [] if is_none or not node.value else [_with(node, value=ast.Constant(None))]


def _call(node: ast.Call) -> list[ast.AST]:
    named = [each for each in node.keywords if each.arg]
    return [_with(node, keywords=[each for each in node.keywords if each is not dropped]) for dropped in named]


_CHANGED: dict[type[ast.AST], Callable[[Any], list[ast.AST]]] = {
    ast.AugAssign: _operation,
    ast.BinOp: _operation,
    ast.BoolOp: _operation,
    ast.Break: lambda _: [ast.Continue()],
    ast.Call: _call,
    ast.Compare: _comparison,
    ast.Constant: _constant,
    ast.Continue: lambda _: [ast.Break()],
    ast.Expr: lambda _: [ast.Pass()],
    ast.If: _condition,
    ast.IfExp: _condition,
    ast.Raise: lambda _: [ast.Pass()],
    ast.Return: _return,
    ast.UnaryOp: lambda node: [node.operand] if isinstance(node.op, ast.Not) else [],
    ast.While: _condition,
    ast.comprehension: lambda node: [_with(node, ifs=[])] if node.ifs else [],
}
"""Of a kind of node, all that may stand in the place of one."""
