"""The refactoring from CRUD to commands and queries, in steps that run: road/README.md."""
