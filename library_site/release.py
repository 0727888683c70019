"""Which release this is: the newest version in CHANGELOG.md."""

RELEASE = "0.2.0"
