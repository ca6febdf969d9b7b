"""What may be wrong with a release, each by a code, and what is to be done."""

from __future__ import annotations

from typing import NamedTuple

from curagraph.problem import Severity

# Each code with what it costs and what it tells.
CODES = {
    "bad-checksum-list": (Severity.ERROR, "The list of checksums is missing or not as it was written."),
    "wrong-checksum": (Severity.ERROR, "A file is not as it was written."),
    "missing-file": (Severity.ERROR, "A file of the release is missing."),
    "extra-file": (Severity.ERROR, "A file is no part of the release."),
    "bad-signature": (Severity.ERROR, "The signature is missing, or not that of the release."),
    "unknown-signer": (Severity.NOTE, "It was not checked whose key has signed."),
    "bad-description": (Severity.ERROR, "The description cannot be read, or differs from its other notation."),
    "bad-dump": (Severity.ERROR, "A dump cannot be read."),
    "wrong-count": (Severity.ERROR, "The description states what the dumps do not hold."),
    "wrong-hash": (Severity.ERROR, "The dataset is not that of the stated RDFC-1.0 hash."),
    "differing-dump": (Severity.ERROR, "Two notations do not hold the same."),
    "wrong-difference": (Severity.ERROR, "The difference does not lead from the release before to this one."),
    "unchecked-difference": (Severity.NOTE, "The release before is not there, or is damaged."),
    "wrong-place": (Severity.ERROR, "The release says that it is another one than its folder does."),
    "wrong-profile": (Severity.ERROR, "The profile does not say what the description does."),
    "wrong-page": (Severity.ERROR, "The page is not that of the release."),
    "wrong-latest": (Severity.ERROR, "The link to the newest release leads elsewhere."),
}
AGAIN = "fetch it again, or restore it from a copy"


class Fault(NamedTuple):
    """What is wrong with a file of a release."""

    name: str
    code: str
    message: str


def damage(name: str, code: str, message: str) -> Fault:
    """A fault of one copy of a release, which another copy need not have."""
    return Fault(name, code, f"{message}; {AGAIN}")
