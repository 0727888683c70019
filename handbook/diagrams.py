"""Pictures that are drawn from the code."""


def diagrams() -> dict[str, str]:
    """Each picture's name, and what Graphviz draws it from."""
    return {}
