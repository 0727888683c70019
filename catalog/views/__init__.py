"""HTML pages of the catalogue's tasks. Adapter: they translate, nothing else."""
