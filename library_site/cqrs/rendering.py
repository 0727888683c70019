"""Answers as plain values."""

from typing import Any

import msgspec

from .pages import Page


def plain(answer: Any) -> Any:
    """What REST answers, ready for JSON; of a page, the cursors stand where REST has links."""
    if isinstance(answer, Page):
        return {"next": answer.next, "previous": answer.previous, "results": msgspec.to_builtins(answer.rows)}
    return msgspec.to_builtins(answer)
