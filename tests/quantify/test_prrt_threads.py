"""Two threads may fit large batches at the same time: Numba's own threading layer would end the process."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

TWO_AT_ONCE = """
import threading
import numpy as np
from islet.quantify.prrt.time_activity import fit_curves

hours, curves = [24.0, 60.0, 96.0], np.tile([200.0, 122.0, 75.0], (20000, 1))
found = {}
def work(place):
    for _ in range(10):
        found[place] = float(fit_curves(hours, curves, "mono", 159.528, 0.5).tia_mbq_h().mean())
threads = [threading.Thread(target=work, args=(place,)) for place in range(3)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(*found.values())
"""


def test_large_batches_from_several_threads_end_well() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", TWO_AT_ONCE], capture_output=True, text=True, timeout=300, env={"NUMBA_THREADING_LAYER": "workqueue"}
    )
    assert ran.returncode == 0, ran.stderr
    found = np.array(ran.stdout.split(), float)
    assert len(found) == 3
    assert np.allclose(found, 20359, rtol=0.002)  # vector T5 of the dossier, of which the middle point is rounded
