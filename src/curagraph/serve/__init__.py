"""Serving a graph over HTTP: linked-data pages, search, a SPARQL endpoint and the named queries.

    HTTP ──▶ application ──▶ a view of the current edition, run in a worker process ──▶ page, kept until the next build

`edition` is a snapshot made ready for strangers; `serving` knows which is current; a `pool` of `worker` processes runs
the views, which are functions of an edition and of texts.
"""
