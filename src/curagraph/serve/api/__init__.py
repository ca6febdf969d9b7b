"""The named queries as pages and as an API."""
