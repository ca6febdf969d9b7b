"""Domains of brands, and how alike two of them are."""

from __future__ import annotations

from collections.abc import Iterator

from curagraph.matching.likeness import Likeness

# Hosts on which everybody has a domain of their own, and endings below which domains are registered.
_HOSTS = frozenset(
    [
        "blogspot.com",
        "wordpress.com",
        "substack.com",
        "medium.com",
        "github.io",
        "gitlab.io",
        "tumblr.com",
        "feedburner.com",
        "wixsite.com",
        "squarespace.com",
        "typepad.com",
        "netlify.app",
        "vercel.app",
        "herokuapp.com",
        "hubspot.com",
        "mailchimp.com",
        "libsyn.com",
        "co.uk",
        "org.uk",
        "ac.uk",
        "gov.uk",
        "nhs.uk",
        "com.au",
        "org.au",
        "net.au",
        "edu.au",
        "gov.au",
        "co.nz",
        "co.in",
        "co.jp",
        "co.za",
        "com.br",
    ]
)


def domain_kept(domain: str) -> Iterator[str]:
    yield domain.replace("-", "")


def domain_sought(domain: str) -> Iterator[str]:
    yield domain.replace("-", "")
    parts = domain.split(".")
    yield from (".".join(parts[n:]).replace("-", "") for n in range(1, len(parts) - 1))


def alike_domains(first: str, second: str) -> Likeness | None:
    """The likeness of two domains: one below the other, or the same but for hyphens."""
    if first.replace("-", "") == second.replace("-", ""):
        return Likeness(0.85, "same but for hyphens")
    long, short = sorted((first, second), key=len, reverse=True)
    if not long.endswith(f".{short}") or short in _HOSTS or "." not in short:
        return None
    return Likeness(0.9, f"{long.removesuffix(f'.{short}')}. is a part of it")
