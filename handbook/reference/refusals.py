"""What an operation refuses: by which code and status, in which words, and what helps.

The words and what helps are those that the operation's own test file declares, with the history that leads there.
"""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from library_site.cqrs import DomainError
from library_site.cqrs.answers import status_of
from library_site.cqrs.operations import RegisteredOperation, override_permission
from library_site.cqrs.permissions import SUPERVISORS
from tests.declared import Refused, declaration_of

from .markdown import path_of, to_code, to_operation


def refusals(operation: RegisteredOperation) -> str:
    """A list: of each refusal what it means, what people read, and what helps."""
    declared = declaration_of(operation)
    cases = declared.refusals if declared else ()
    found = [_item(operation, kind, [each for each in cases if each.kind is kind]) for kind in operation.refusals]
    return "\n".join(found) or "Nothing of its own."


def _item(operation: RegisteredOperation, kind: type[DomainError], cases: list[Refused]) -> str:
    code = to_code(path_of(kind.__module__), f"`{kind.code}`", kind.__name__)
    meaning = " ".join((kind.__doc__ or "").split())
    lines = [f"- **{code}**, {status_of(kind)}: {meaning}"]
    lines += dict.fromkeys(f"    - {_read(case, operation)}" for case in _worth_reading(cases))
    if looked_at := sorted(see_also().get(kind.__name__, set())):
        lines.append(f"    - Worth a look: {', '.join(map(to_operation, looked_at))}.")
    if kind in operation.overridable:
        takes = f"the permission `{override_permission(kind.code)}`, which *{SUPERVISORS}* have, and a reason"
        lines.append(f"    - It may be overridden: that takes {takes}.")
    return "\n".join(lines)


def _worth_reading(cases: list[Refused]) -> list[Refused]:
    """Of several, those whose words begin a sentence, and those that something else helps against."""
    whole = [case for case in cases if _begins(case.words)]
    known = {case.remedy for case in whole}
    return [case for case in cases if case in whole or case.remedy not in known]


def _begins(words: str) -> bool:
    return words[0] in "“‘" or words[0].isupper()


def _read(case: Refused, operation: RegisteredOperation) -> str:
    """What people read (the test's words, which may be a part of it), and the command that helps."""
    begin = "" if _begins(case.words) else "… "
    end = "" if case.words[-1] in ".?" else " …"
    return f"*{begin}{case.words}{end}*{_remedy(case, operation)}"


def _remedy(case: Refused, operation: RegisteredOperation) -> str:
    if case.remedy != operation.name:
        return f" What helps: {to_operation(case.remedy)}." if case.remedy else ""
    return "" if case.kind in operation.overridable else " What helps: the same, with another argument."


@cache
def see_also() -> dict[str, set[str]]:
    """Of each kind of refusal, by its name, the operations that the code names as worth a look."""
    found: dict[str, set[str]] = {}
    for package in ("catalog", "circulation"):
        for path in Path(import_module(package).__path__[0]).rglob("*.py"):
            if "tests" not in path.parts and "see_also=" in (text := path.read_text()):
                for kind, name in _named_in(ast.parse(text)):
                    found.setdefault(kind, set()).add(name)
    return found


def _named_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each refusal that is built with see_also=, and each operation that its function makes a Remedy of there."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        made = {
            each.targets[0].id: each.value
            for each in ast.walk(function)
            if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
        }
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            for keyword in (each for each in call.keywords if each.arg == "see_also"):
                names = {node.id for node in ast.walk(keyword.value) if isinstance(node, ast.Name)}
                said = [keyword.value, *(made[name] for name in names & made.keys())]
                yield from ((_called(call), name) for value in said for name in _remedies(value))


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _remedies(value: ast.AST) -> Iterator[str]:
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and _called(node) == "Remedy" and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)
