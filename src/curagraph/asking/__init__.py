"""Asking the graph, or an endpoint."""
