"""What is read of the catalogue, beside what queries ask."""
