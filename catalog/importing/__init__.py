"""What the rows of a file say of books, and their way into the catalogue. It knows no terminal, and no page."""
