"""The admin of circulation; Django looks for it here."""
