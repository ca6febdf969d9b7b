"""Converting documents to statements, by the project's tables."""
