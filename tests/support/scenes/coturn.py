"""A real coturn, started and configured as installations do it (docker/turnserver.sh, .conf)."""

import asyncio
import contextlib
import datetime as dt
import os
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench.live.ports import free_port

START = Path(__file__).parents[3] / "docker" / "turnserver.sh"
SECRET = "a secret of these tests"
_START_S = 30.0


@dataclass(frozen=True, slots=True)
class Coturn:
    """Listens on loopback: TCP at `port`, TLS at `tls_port` under the certificate that `trust` knows."""

    port: int
    tls_port: int
    trust: ssl.SSLContext
    log: Path
    pid: int

    @property
    def arguments(self) -> bytes:
        """As everybody on the machine sees them."""
        return Path(f"/proc/{self.pid}/cmdline").read_bytes()

    @property
    def urls(self) -> tuple[str, ...]:
        return (f"turn:127.0.0.1:{self.port}?transport=tcp",)


@contextlib.asynccontextmanager
async def coturn(folder: Path) -> AsyncIterator[Coturn]:
    """The only peers allowed are at 127.0.0.1, where workers of tests are. Fails without coturn."""
    certificate = _certificate(folder)
    port, tls_port = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_STREAM)
    log = folder / "coturn.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            "/bin/sh", START,
            "--allow-loopback-peers", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1",
            f"--listening-port={port}", f"--tls-listening-port={tls_port}",
            f"--cert={certificate}", f"--pkey={folder / 'key.pem'}",
            f"--pidfile={folder / 'pid'}", f"--db={folder / 'db'}",
            stdout=output, stderr=output,
            env=os.environ
            | {"TURN_SECRET": SECRET, "MEDIA_ADDRESS": "127.0.0.1", "TMPDIR": str(folder)},
        )  # fmt: skip
    try:
        for one in (port, tls_port):
            await _until_listening(process, one, log)
        trust = ssl.create_default_context(cafile=str(certificate))
        yield Coturn(port, tls_port, trust, log, process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 10)


async def _until_listening(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    async with asyncio.timeout(_START_S):
        while True:
            assert process.returncode is None, f"coturn ended, see {log}"
            with contextlib.suppress(ConnectionError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)


def _certificate(folder: Path) -> Path:
    """For 127.0.0.1, signed by itself; its key lies beside it as key.pem."""
    folder.mkdir(exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(IPv4Address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    path = folder / "certificate.pem"
    path.write_bytes(made.public_bytes(pem))
    return path
