"""The scenes, in their order: each says what it is about, does it, and claims what it has measured."""

from . import doors, four_calls, journal, lost_update, race, retry, topologies

SCENES = (lost_update.play, race.play, retry.play, four_calls.play, doors.play, journal.play, topologies.play)
