"""What the tests of the whole product play with: a node, people, browsers, and the recordings.

Node and people are those of the benchmarks, which are found by the root of the checkout: last, so
that nothing installed is hidden.
"""

import sys
from pathlib import Path

_ROOT = str(Path(__file__).parents[3])
if _ROOT not in sys.path:
    sys.path.append(_ROOT)
