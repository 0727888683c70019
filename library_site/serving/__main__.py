"""Serves the library as production does: `python -m library_site.serving --port 8000`, with granian's own options."""

import os
import sys

OPTIONS = (
    *("--interface", "rsgi", "--loop", "asyncio", "--http", "1", "--no-ws"),
    *("--workers", "2", "--workers-kill-timeout", "30", "--http1-header-read-timeout", "10000"),
)
"""Of two that are the same granian takes the last: what is given besides these is what holds."""

COMMAND = (sys.executable, "-m", "granian", "library_site.serving.rsgi:application", *OPTIONS)

if __name__ == "__main__":
    os.execv(sys.executable, [*COMMAND, *sys.argv[1:]])  # noqa: S606 - no shell is wanted
