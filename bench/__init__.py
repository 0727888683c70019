"""Measurements. Each is a command that prints what the documentation says."""
