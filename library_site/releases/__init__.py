"""Releases: which one this is, and on which others' database it runs.

`python -m tests.release 0.3.0` makes one (docs/deploying.md, A new version).
"""

RELEASE = "0.6.0"
"""The newest version in CHANGELOG.md."""

BREAKING: dict[tuple[str, str], str] = {}
"""By app and name: a migration after which no release before this one runs, though the columns would let it."""
