"""Names of the code as words for people."""

import re

from django import template

register = template.Library()


@register.filter
def words(name: str) -> str:
    """BorrowBook is Borrow book, user_suspended is user suspended; of several codes in JSON, each."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r'[\[\]"]', "", name)).replace("_", " ")
    return parted[:1] + parted[1:].lower()
