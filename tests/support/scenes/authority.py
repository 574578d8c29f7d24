"""A time-stamping authority as `openssl ts` makes one, with a certificate authority of its own."""

import subprocess
from pathlib import Path

_CONFIG = """
[req]
distinguished_name = nobody
prompt = no
[nobody]
CN = unused
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamp]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = here
[here]
dir = .
serial = ./serial
crypto_device = builtin
signer_cert = ./tsa.pem
certs = ./ca.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1, millisecs:500
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
clock_precision_digits = 3
"""


class Authority:
    """`ca` is the root certificate, which whoever checks a time-stamp has from outside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        (folder / "openssl.cnf").write_text(_CONFIG)
        (folder / "serial").write_text("01\n")
        for name in ("ca", "tsa"):
            self._run(f"genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {name}.key")
        new, days = "req -new -config openssl.cnf", "-days 3650"
        self._run(f"{new} -x509 -extensions ca -key ca.key -subj /CN=Root {days} -out ca.pem")
        self._run(f"{new} -key tsa.key -subj /CN=Stamps -out tsa.csr")
        signed = "-CA ca.pem -CAkey ca.key -set_serial 2 -extfile openssl.cnf -extensions stamp"
        self._run(f"x509 -req -in tsa.csr {signed} {days} -out tsa.pem")

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    def reply(self, query: bytes) -> bytes:
        """A TimeStampResp to this TimeStampReq; for what is none, one that grants nothing."""
        (self.folder / "query.tsq").write_bytes(query)
        asked = "-config openssl.cnf -section here -queryfile query.tsq"
        self._run(f"ts -reply {asked} -out reply.tsr")
        return (self.folder / "reply.tsr").read_bytes()

    def verifies(self, stamp: Path, data: Path) -> bool:
        command = ["openssl", "ts", "-verify", "-in", stamp, "-data", data, "-CAfile", self.ca]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    def _run(self, command: str) -> None:
        subprocess.run(
            ["openssl", *command.split()], cwd=self.folder, check=True, capture_output=True
        )
