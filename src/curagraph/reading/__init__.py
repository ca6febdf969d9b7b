"""Reading the files of the source folders."""
