"""Answers to SPARQL."""
