#!/usr/bin/env python3
"""The one door for who runs this: `python3 run.py` sets up and serves, `python3 run.py test` sets up and tests.

Standard library only, and this file reads under old versions of Python so that it can say what is missing.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Yanxiu needs Python 3.11 or newer; this is %d.%d. Start it as: python3.11 run.py" % sys.version_info[:2])  # noqa: UP031

from launch.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
