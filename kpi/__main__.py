"""`python -m kpi`: see `python -m kpi --help`."""

import sys

from kpi.cli import main

if __name__ == "__main__":
    sys.exit(main())
