"""The documentation's site: what MkDocs does not do by itself. mkdocs.yml names the hooks."""
