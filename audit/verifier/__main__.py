"""`python -m audit.verifier PATH ...`, and what the zipapp runs."""

import sys

from audit.verifier.cli import main

sys.exit(main())
