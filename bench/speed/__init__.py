"""Requests a second, beside a bare floor, usual REST framework, and FastAPI with SQLAlchemy: `make bench`."""
