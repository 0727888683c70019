"""HTML pages of circulation's tasks. Adapter: they translate, nothing else."""
