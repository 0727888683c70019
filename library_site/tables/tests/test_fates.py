import csv
import io

from library_site.tables.fates import Fates


def test_each_row_has_its_fate_and_none_is_a_formula():
    file = io.StringIO(newline="")
    fates = Fates(file)
    fates.add(2, "added", "=HYPERLINK(1) / Ada Moor")
    fates.add(3, "rejected", "", "It has no title,\nnothing.")
    assert file.getvalue().startswith("\ufeffline,fate,taken for,remark\r\n")
    assert [*csv.reader(io.StringIO(file.getvalue(), newline=""))][1:] == [
        ["2", "added", "'=HYPERLINK(1) / Ada Moor", ""],
        ["3", "rejected", "", "It has no title,\nnothing."],
    ]
