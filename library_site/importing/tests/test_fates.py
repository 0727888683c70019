import csv
import io

from library_site.importing.fates import Fate, Report


def test_each_row_has_its_fate_and_none_is_a_formula():
    file = io.StringIO(newline="")
    report = Report(file)
    report.add(Fate(line=2, became="added", taken_for="=HYPERLINK(1) / Ada Moor"))
    report.add(Fate(line=3, became="rejected", remarks=("it has no title,\nnothing", "a remark.")))
    assert file.getvalue().startswith("\ufeffline,fate,taken for,remark\r\n")
    assert [*csv.reader(io.StringIO(file.getvalue(), newline=""))][1:] == [
        ["2", "added", "'=HYPERLINK(1) / Ada Moor", ""],
        ["3", "rejected", "", "It has no title,\nnothing. A remark."],
    ]
