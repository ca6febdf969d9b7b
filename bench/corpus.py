"""Items in the template of the seeds, as many as are wanted, the same for the same number.

    python bench/corpus.py 10000 DIR

Every one converts without a problem.
"""

from __future__ import annotations

import json
import random
import sys
import uuid
from pathlib import Path

WORDS = (  # noqa: SIM905  # a list literal would be a line for each word
    "care value payment model provider patient outcome quality cost risk bundle episode saving budget community "
    "hospital clinic nurse physician payer contract measure report data platform population health chronic primary "
    "network access equity incentive reform program review team plan service record visit telehealth screening"
).split()
SOURCES = ["Symplur", "Medigy", "Healthcare IT News", "Centers for Medicare & Medicaid Services (CMS)", "HIMSS"]
COMMUNITIES = [
    ("chronic-care-management", "Chronic Care Management (CCM)"),
    ("remote-patient-monitoring", "Remote Patient Monitoring (RPM)"),
    ("telehealth", "Telehealth"),
]
KINDS = [("Curated Content", "curate-content", "curated-content"), ("Curated News", "news", "curated-news")]


def write(count: int, folder: Path) -> None:
    """Write `count` items into a folder, a thousand to a sub-folder."""
    for number in range(1, count + 1):
        file = folder / f"{number // 1000:03d}" / f"{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(item(number), encoding="utf-8")


def item(number: int) -> str:
    """One item as the exporter would write it."""
    rng = random.Random(number)
    title = " ".join(rng.choices(WORDS, k=8)).capitalize() + f" {number}"
    slug = title.lower().replace(" ", "-")
    # A few sites carry most works, and many carry one or two, as on the real site.
    site = int(rng.paretovariate(0.8)) % 5000
    brand = f"site{site}.example.com"
    link = f"https://www.{brand}/articles/{slug}"
    community, name = rng.choice(COMMUNITIES)
    kind, archetype, section = rng.choice(KINDS)
    base = f"/communities/{community}/{section}/"
    topics = sorted({f"{rng.choice(SOURCES)}: {' '.join(rng.choices(WORDS[:20], k=2)).title()}" for _ in range(3)})
    mdname = uuid.uuid5(uuid.NAMESPACE_URL, f"{number}-{title}")
    day = f"20{rng.randint(18, 25)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    body = " ".join(rng.choices(WORDS, k=110)).capitalize() + "."
    topic_lines = "\n".join(f"- '{topic}'" for topic in topics)
    return f"""---
aliases: /news/{slug}
archetype: {archetype}
author:
- Curator {rng.randint(1, 40)}
basePath: {base}
breadcrumbLinks:
- /
- /communities/
- /communities/{community}/
- {base.rstrip("/")}
- '#'
breadcrumbs:
- Home
- Communities
- {name}
- {kind}
- {title}
categories: []
communityTopics:
{topic_lines}
contentCategories: medigy-{community}-{section}
date: '{day}T07:18:25.522495Z'
description: {body[:90]}
  {body[91:180]}
featuredImage:
  alt: Illustration of {title}
  format: JPEG
  href: {mdname}-featuredImage.jpeg
  size:
  - 415
  - 220
  valid: true
  workPackage: {number}
  wpAttachment:
    fileName: Curated_Featured_Image.jpg
    link: /api/v3/attachments/{number + 6000}/content
id: {number}
identifier: {name}
lastMod: '{day}T08:18:29.241037Z'
link:
  brand: {brand}
  href: {link}
  original: {link}
mastHead: {name} CoP
mdName: {mdname}
openProjectCustomFields:
  cleanUrl: {link}
  medigyTopics: '{json.dumps(topics)}'
  sourceUrl: {link}
openProjectWorkPackageType: {kind}
owlType: Medigy Communities
searchCategory: News
slug: site{site}-{slug}
source: open-project-curations
status: ''
sub: brief
tags:
- news
title: {title}
type: communities/medigy-{community}
---

<p>{body[:400]}&nbsp;&amp; more.</p><p>{body[400:]}</p>
"""


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
