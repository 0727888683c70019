"""What the commands share that import a file step by step, and that undo an import."""
