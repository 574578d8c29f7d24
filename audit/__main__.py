"""`python -m audit verify PATH ...`; the verifier is imported only when it is asked for."""

import sys


def main(arguments: list[str]) -> int:
    if arguments[:1] != ["verify"]:
        sys.stderr.write("usage: python -m audit verify PATH [...]\n")
        return 2
    from audit.verifier.cli import main as verify  # noqa: PLC0415 - the ground loads no verifier

    return verify(arguments[1:], prog="python -m audit verify")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
