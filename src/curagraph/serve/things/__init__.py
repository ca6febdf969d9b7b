"""Linked data: a page and a document in each format for every thing under the base."""
