"""The SPARQL endpoint: its protocol, its description, and the editor."""
