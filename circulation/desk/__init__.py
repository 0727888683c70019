"""The desk: one box for cards and books, where a scan is carried out at once.

`reading` finds what a scan means, `counter` carries it out, `telling` says in a row what came of it and what helps;
`pages` are the views, and what is printed.
"""
