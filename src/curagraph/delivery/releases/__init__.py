"""Releases: what a partner receives at one time, as plain files that can be checked by anybody."""
