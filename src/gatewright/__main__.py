"""The command: ``circuits``, or ``python -m gatewright``.

What is imported here is imported before Ctrl-C is anybody's, so it is next to nothing.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is still being imported ends it with one line, as it does later."""
    try:
        from gatewright.cli.app import main as run
    except KeyboardInterrupt:
        sys.stderr.write("circuits: interrupted; nothing was left half-written\n")
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
