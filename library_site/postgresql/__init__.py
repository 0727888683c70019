"""Django's PostgreSQL, less a round trip for each request."""
