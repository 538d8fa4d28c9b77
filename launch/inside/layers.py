"""Runs import-linter (its console script has a path in its first line, which may have spaces)."""

import sys

from importlinter.cli import lint_imports

sys.exit(lint_imports(no_cache=True))
