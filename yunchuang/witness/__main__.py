"""`python -m yunchuang.witness`: the witness alone, without loading anything of the desk."""

import sys

from audit.errors import AuditError
from yunchuang.witness.command import witness


def main() -> None:
    try:
        witness(prog_name="witness")
    except (AuditError, OSError) as error:
        sys.stderr.write(f"witness: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
