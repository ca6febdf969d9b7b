"""The time that what is delivered bears: that of the newest item, whatever it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from curagraph.delivery import clock
from tests.project import Site, item
from tests.releases import is_sound, released


@pytest.mark.parametrize(
    ("time", "wanted"),
    [
        ("2020-12-27T07:18:29.241037Z", "2020-12-27T07:18:29.241Z"),
        ("2020-12-27T07:18:29-04:00", "2020-12-27T11:18:29.000Z"),
        ("2020-12-27T07:18:29", "2020-12-27T07:18:29.000Z"),
        ("9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59.999Z"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_a_time_is_told_in_utc(time: str, wanted: str) -> None:
    """Without a zone it is one of UTC, on whatever machine; what UTC has in no year is the nearest that it has."""
    assert clock.written(clock.in_utc(datetime.fromisoformat(time))) == wanted


def test_an_item_from_the_end_of_time_is_released(tmp_path: Path) -> None:
    """A date that is in no year of UTC stops neither a release nor the count of days that it is kept."""
    made = Site(tmp_path / "site", {"1.md": item(1)})
    made.settings(more="[partners.some]\nkeep-days = 30\n")
    made.build()
    released(made, tmp_path / "out", "some")
    made.write("2.md", item(2, lastMod="9999-12-31T23:59:59-14:00"))
    made.build()
    assert clock.newest(made.snapshot()) == datetime.max.replace(tzinfo=UTC)
    assert released(made, tmp_path / "out", "some").removed == (1,)
    assert is_sound(tmp_path / "out")


def test_a_graph_without_dates_is_as_old_as_time(tmp_path: Path) -> None:
    """The beginning of 1970 stands for none."""
    made = Site(tmp_path / "site", {"1.md": item(1, date=None, lastMod=None)})
    made.build()
    assert clock.written(clock.newest(made.snapshot())) == "1970-01-01T00:00:00.000Z"
