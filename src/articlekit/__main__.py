"""`python -m articlekit` is the command."""

from articlekit.cli import main

main()
