"""`python -m yunchuang.witness`: the witness alone, without loading anything of the desk."""

from yunchuang.witness.alone import alone
from yunchuang.witness.command import witness

if __name__ == "__main__":
    alone("witness", witness)
