"""What a benchmark counts as CPU."""

import os
import subprocess
import sys

import pytest

from bench._serve import cpu_of

BURN = "import time\nwhile time.process_time() < 0.5: pass"


@pytest.mark.skipif(sys.platform != "linux", reason="counted from /proc")
def test_who_has_ended_meanwhile_is_counted() -> None:
    before = cpu_of([os.getpid()])
    subprocess.run([sys.executable, "-c", BURN], check=True)
    assert cpu_of([os.getpid()]) - before >= 0.45
