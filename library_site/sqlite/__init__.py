"""Django's SQLite, of whose one writer a process is in line once."""
