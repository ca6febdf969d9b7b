"""HTML as tokens."""
