"""People as a file that libraries read."""
