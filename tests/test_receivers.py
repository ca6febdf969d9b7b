"""Which partners the commands of delivery serve, and what they are told about their conditions."""

from __future__ import annotations

from pathlib import Path

import pytest

from curagraph.delivery import portion
from tests.project import Site, items


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(tmp_path_factory.mktemp("receivers") / "site", items([1, 2]))
    made.build()
    return made


def with_settings(site: Site, setting: str) -> Site:
    site.settings(more=f"[partners.some]\n{setting}")
    return site


@pytest.mark.parametrize(
    "setting",
    [
        'topics = ["Symplur: Payment Reform"]',
        'topics = ["symplur/payment-reform"]',
        'topics = ["topic/symplur/payment-reform"]',
        'topics = ["https://data.example.org/topic/symplur/payment-reform"]',
        'brands = ["news.example.com"]',
        'communities = ["Telehealth"]',
    ],
)
def test_a_condition_may_be_written_as_people_know_the_thing(site: Site, tmp_path: Path, setting: str) -> None:
    """A topic by its source and label, a path or an IRI; a site by its domain; a community by its name."""
    with_settings(site, setting)
    snapshot = site.snapshot()
    sent = portion.write(snapshot, snapshot.project.partners["some"], tmp_path).read_text("utf-8")
    assert "/item/1>" in sent
    ended = site.run("release", "-o", tmp_path / "out")
    assert (ended.status, ended.err) == (0, "")


@pytest.mark.parametrize(
    ("setting", "near"),
    [
        ('topics = ["Symplur: Paymant Reform"]', "topic/symplur/payment-reform"),
        ('brands = ["www.news.example.com"]', "brand/news.example.com"),
        ('communities = ["Telehealth (TH)"]', "community/telehealth"),
    ],
)
def test_a_condition_that_names_nothing_is_told(site: Site, tmp_path: Path, setting: str, near: str) -> None:
    """It may be right again tomorrow, so the partner is served; but it is told, with what is near."""
    with_settings(site, setting)
    ended = site.run("feed", "-o", tmp_path / "out")
    assert ended.status == 0
    assert "[partners.some]" in ended.sentence
    assert near in ended.sentence


def test_an_end_before_the_beginning_is_refused(site: Site, tmp_path: Path) -> None:
    """No item can be chosen by dates in the wrong order."""
    with_settings(site, "since = 2021-01-01\nuntil = 2020-01-01")
    ended = site.run("release", "-o", tmp_path / "out")
    assert ended.status == 2
    assert "until wants a day after since" in ended.sentence


@pytest.mark.parametrize("command", ["release", "feed"])
def test_a_partner_that_is_not_there_is_refused_with_those_that_are(site: Site, tmp_path: Path, command: str) -> None:
    """A misspelt partner is an error, and the known ones are named."""
    with_settings(site, "")
    ended = site.run(command, "--partner", "sone", "-o", tmp_path / "out")
    assert ended.status == 2
    assert "some" in ended.sentence
