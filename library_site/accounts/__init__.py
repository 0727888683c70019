"""Staff accounts in the journal: whoever changes them, in whichever way, and who signs in."""
