"""What the library is measured against: the same three requests, over the same tables, with the same answers."""
