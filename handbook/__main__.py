"""python -m handbook listings: whether what pages show of files is there."""

import argparse
import sys
from pathlib import Path

from .listings import faults

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> str | None:
    """What is wrong, for sys.exit(); nothing if all is well."""
    parser = argparse.ArgumentParser(prog="python -m handbook", description="What holds the documentation together.")
    parser.add_argument("task", choices=["listings"], help="whether what pages show of files is there")
    parser.parse_args(arguments)
    return "\n".join(faults(ROOT)) or None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
