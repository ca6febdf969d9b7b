"""The export that wrote the front matter; only the provenance graph names it."""

from curagraph.converter import Converter

exporter = Converter(of="source", iri="exporter/{.}", types=[], shared=True, rules=[])
