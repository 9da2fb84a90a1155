"""`python -m articlekit` is the command, and `articlekit` runs this."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command; Ctrl-C is a line on stderr even while it is still being loaded."""
    try:
        from articlekit.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("articlekit: interrupted; nothing was begun\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
