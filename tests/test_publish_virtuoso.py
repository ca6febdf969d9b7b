"""`curagraph publish` to Virtuoso 7: with Digest, with answers of few rows, and with literals in its own words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import remotes
from tests.project import BASE, Ended, Site, item, items, run
from tests.remotes import PASSWORD, Remote

WRITTEN = 'C:\\users\\u0041 and "quotes", \u00dcml\u00e4ute \U0001f600 {x} ; # < >'


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    """A Virtuoso that cuts answers after 200 rows, as others do after 10,000: less than the record has."""
    with remotes.virtuoso(tmp_path_factory.mktemp("virtuoso"), rows=200) as found:
        yield found


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path / "site", {**items(range(101, 311)), "100.md": item(100, title=WRITTEN)})
    site.build()
    return site


def publish(site: Site, remote: Remote, *options: str) -> Ended:
    return run("publish", remote.endpoint, "--project", site.folder, "--json", *options, env=remote.environment)


def held(remote: Remote) -> dict[str, int]:
    """How many triples each graph of ours holds, asked in portions that are not cut."""
    starts = [f"{BASE}graph/{name}" for name in ("item/1", "item/2", "item/3", "shared/", "inferred", "ontology")]
    return {graph: count for start in starts for graph, count in remote.counts(start).items()}


def wanted(site: Site) -> dict[str, int]:
    """How many triples each published graph holds."""
    counts: dict[str, int] = {}
    for quad in site.snapshot().store:
        name = quad.graph_name.value
        if name.removeprefix(f"{BASE}graph/") not in ("provenance", "excerpts", "mentions"):
            counts[name] = counts.get(name, 0) + 1
    return counts


def test_it_is_brought_to_the_graph_and_kept_there(site: Site, remote: Remote) -> None:
    """Virtuoso comes to hold each graph; then only what changed is sent, and what is gone goes."""
    first = publish(site, remote)
    assert first.status == 0, first.out + first.err
    assert held(remote) == wanted(site)
    titles = remote.ask(f"SELECT ?t {{ GRAPH <{BASE}graph/item/100> {{ ?s <http://purl.org/dc/terms/title> ?t }} }}")
    assert {row["t"] for row in titles} == {WRITTEN}

    again = publish(site, remote)
    assert (again.status, again.json()["sent"], again.json()["removed"]) == (0, {}, [])

    site.write("101.md", item(101, title="Another title"))
    site.build()
    changed = publish(site, remote)
    assert changed.status == 0, changed.out + changed.err
    sent = changed.json()["sent"]
    assert {graph for graph in sent if "/item/" in graph} == {f"{BASE}graph/item/101"}
    assert sent.get(f"{BASE}graph/inferred", 0) < wanted(site)[f"{BASE}graph/inferred"]
    assert held(remote) == wanted(site)

    (site.seeds / "102.md").unlink()
    site.build()
    less = publish(site, remote)
    assert less.status == 0, less.out + less.err
    assert less.json()["removed"] == [f"{BASE}graph/item/102"]
    assert held(remote) == wanted(site)


def test_a_wrong_password_is_refused_and_shown_nowhere(site: Site, remote: Remote) -> None:
    """What Virtuoso refuses ends with 3, and no word of it has the password."""
    wrong = {"CURAGRAPH_USER": "curator", "CURAGRAPH_PASSWORD": f"not-{PASSWORD}"}
    ended = run("publish", remote.endpoint, "--project", site.folder, env=wrong)
    assert ended.status == 3
    assert "401" in ended.sentence
    assert PASSWORD not in ended.out + ended.err
    assert json.dumps(ended.out).count("sent") == 0
