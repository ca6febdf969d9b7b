"""Exporting the graph as text."""
