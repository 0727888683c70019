"""A function starts about as fast as a bare Django project."""

from pathlib import Path

from bench import coldstart

ATTEMPTS = 3
"""How often it is measured until it is within the bound: what else a machine does meanwhile makes it longer."""


def test_the_first_answer_comes_within_a_quarter_more_time_than_a_bare_projects(
    zip_path: Path, tmp_path: Path, database_server: str
) -> None:
    handlers = {"bare Django": coldstart.BARE, "production": coldstart.LIBRARY["production"]}
    coldstart.unpack(tmp_path, database_server)

    ratios = []
    for _ in range(ATTEMPTS):
        took = coldstart.measure(tmp_path, handlers, coldstart.ROUNDS, database_server)
        ratios.append(coldstart.ratio(took, "production"))
        if ratios[-1] <= coldstart.MOST:
            break

    assert min(ratios) <= coldstart.MOST, ratios
