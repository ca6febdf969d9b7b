"""What follows from the graph: the axioms of the ontology, compiled into rules that Oxigraph runs.

ontology/*.ttl ──axioms──▶ expressions ──rules──▶ Horn rules in SPARQL ──inference──▶ graph/inferred
                                                  ──contradictions──▶ problems       ──proof──▶ why
"""
