"""How the library gets to AWS Lambda."""
