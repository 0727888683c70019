"""Functions that are deployed: their versions, Zappa's callbacks, and the operator's own table of them."""
