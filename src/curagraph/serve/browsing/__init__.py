"""The start page, search by words and facets, and pictures."""
