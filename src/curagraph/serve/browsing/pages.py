"""The pages of this folder."""
