"""HTML forms of circulation's tasks. Adapter: they translate, nothing else."""
