"""The pages of the reference, from the code."""


def pages() -> dict[str, str]:
    """Each page's path in the site, and its Markdown."""
    return {}
