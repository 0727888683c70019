"""The desk: one box for cards and books, where a scan is carried out at once.

`scans` finds what a scan means, `scan_handler` carries it out, `rows` and `refusals` say in a row what came of it and
what helps; `pages` are the views, and `prints` what is printed.
"""
