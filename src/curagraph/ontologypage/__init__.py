"""A page about a project's ontology and concept schemes: one file of HTML, with pictures.

ontology/*.ttl ──glossary──▶ names and anchors ──facts──▶ terms ────────────────┐
ontology/schemes/*.ttl ──────────────────────────────────▶ concepts ──facets────┼──▶ page
diagrams.toml ──plan──▶ overview ──drawing──▶ SVG ──────────────────────────────┘   (all made of markup)
"""
