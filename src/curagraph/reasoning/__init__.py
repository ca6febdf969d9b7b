"""What follows from the graph: the axioms of the ontology, compiled into rules that Oxigraph runs.

ontology/*.ttl ──axioms, descriptions──▶ expressions ──compiling, membership──▶ rules ──patterns──▶ SPARQL
SPARQL ──inference──▶ graph/inferred ──proof──▶ why        SPARQL ──contradictions──▶ telling: problems
"""
