"""Strangers cost little and keep nobody out: passwords that are guessed at, known devices, requests (docs/adr/0018)."""
