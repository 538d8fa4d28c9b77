"""granian, with the application loaded before it forks its workers: a worker that dies is back at once, and all share its memory.

Takes granian's own arguments; the last names the application. Nothing that is loaded may open a connection or start a thread.
"""

import gc
import sys
from importlib import import_module

from granian.cli import entrypoint

if __name__ == "__main__":
    import_module(sys.argv[-1].partition(":")[0])
    gc.collect()
    gc.freeze()  # What is shared stays shared: the collector would write into each of its pages.
    entrypoint()
