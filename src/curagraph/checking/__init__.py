"""What is wrong with the content: shapes and questions that ask for faults, led back to file, line and key.

ontology/shapes/*.ttl ──shapefile──▶ shapes ──selection, validation──▶ results ─┐
queries/*-violation.rq ─────────────────────────────────────────▶ violations ─┼─tracing──▶ findings ──▶ telling
what the build has told ──────────────────────────────────────────────────────┘
"""
