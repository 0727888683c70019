"""Pictures that are drawn from the code: a line `<!-- diagram: NAME -->` in a page stands for one."""

from .names import diagrams

__all__ = ["diagrams"]
