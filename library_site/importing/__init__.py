"""What imports of files have in common, whatever their rows say. An app has a reader of its rows, and their import.

    table = open_table(file, VOCABULARY)
    for row in table:
        reader.look_at(row)
    reader.decide()
    for fates in BookImport(reader, dispatch_all, context).fates(table):
        ...

- `fates`: what became of each row, and the same as CSV.
- `imports`: the way of the rows into the library, by commands.
- `command`, `terminal`: the management command that shows it; nothing else knows of a terminal.
"""
