"""Explaining which files, rules and axioms stand behind a triple."""
