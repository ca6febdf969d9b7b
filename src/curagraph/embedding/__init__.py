"""Embedding: the page graph of what a web page shows, put into the page as JSON-LD.

`embedding.embed` goes through a folder of pages: `places` knows what has a page, `finding` which of it a page shows,
`head` where a script belongs in it, `charset` how its bytes are read, `script` how JSON becomes an element, and
`injection` changes the bytes. `records` remembers which pages need not be looked at again.
"""
