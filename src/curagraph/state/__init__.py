"""What a build must remember to build the next snapshot from this one: an SQLite file beside the store.

`files` has a row for each document: its stamp and content hash, the IRI it claims, what it says of shared things, its
page of the ledger and its problems. `owners` says which file an IRI belongs to where several claim it. `shared` counts
how many documents make each statement about a shared thing. `past` has what was published once, so that a server can
say so, with digests of the former paths of what was taken down. `journal` has what the last builds have touched.
"""
