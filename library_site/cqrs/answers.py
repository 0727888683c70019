"""What adapters answer: the result of an operation as plain values. (Refusals: problems.py.)"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from .paging import Page

if TYPE_CHECKING:
    pass


def plain(answer: Any, link: Callable[[str], str] = str) -> Any:
    """What REST answers, ready for JSON; a page has what `link` makes of its cursors: by default, the cursors."""
    if not isinstance(answer, Page):
        return msgspec.to_builtins(answer)
    return {
        "next": answer.next and link(answer.next),
        "previous": answer.previous and link(answer.previous),
        "results": msgspec.to_builtins(answer.rows),
    }
