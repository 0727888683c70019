"""The story in a minute, on real processes: `make tour`. Each claim is computed while it runs."""
