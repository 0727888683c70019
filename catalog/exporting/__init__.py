"""The catalogue as files that libraries read."""
