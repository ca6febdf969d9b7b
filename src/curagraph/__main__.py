"""`python -m curagraph`."""

from curagraph.cli import main

if __name__ == "__main__":
    main()
