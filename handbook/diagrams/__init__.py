"""Pictures that are drawn from the code: a line `<!-- diagram: NAME -->` in a page stands for one."""

from handbook import project  # noqa: F401 - the modules below need Django

from .names import diagrams

__all__ = ["diagrams"]
