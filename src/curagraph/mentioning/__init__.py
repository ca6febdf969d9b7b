"""Which concepts a text mentions, and where.

ontology/schemes/*.ttl ──labels──▶ lexicon ──▶ mentions ──webannotation──▶ graph/mentions
"""
