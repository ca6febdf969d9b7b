"""Building a snapshot of the graph."""
