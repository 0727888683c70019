"""A function starts about as fast as a bare Django project."""

from pathlib import Path

from bench import coldstart


def test_the_first_answer_comes_within_a_quarter_more_time_than_a_bare_projects(
    zip_path: Path, tmp_path: Path, database_server: str
) -> None:
    handlers = {"bare Django": coldstart.BARE, "production": coldstart.LIBRARY["production"]}
    coldstart.unpack(tmp_path, database_server)

    took = coldstart.measure(tmp_path, handlers, coldstart.ROUNDS, database_server)

    assert coldstart.ratio(took, "production") <= coldstart.MOST, took
