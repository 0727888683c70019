"""What exports to files have in common, whatever is in them. An app says what is read, and how it is written.

- `files`: a file that is there as a whole, or not at all.
- `command`: the management command that shows how far it is; nothing else knows of a terminal.
"""
