"""Which topics, people and brands are the same: what people have decided, and what might be decided next.

ontology/matches/*.tsv ──sssom──▶ rows ──matchrow──▶ matches: accepted, rejected
graph and schemes ──things──▶ likeness, nameform, domainform ──candidates──▶ proposals
"""
