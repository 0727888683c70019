"""From an empty AWS account to a running library, and from one release to the next: `python -m deploy setup`."""
