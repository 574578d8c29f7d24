"""What `signaling.relay.dtls` relies on inside aiortc; fails when the library changes."""

import ast
import asyncio
import inspect
from importlib.metadata import version
from pathlib import Path

import pylibsrtp
import pytest
from aiortc import rtcdtlstransport

import signaling.relay
from signaling.relay import dtls, srtp


def test_the_version_is_the_one_examined():
    assert version("aiortc").startswith("1.16.")


def test_the_transport_asks_of_ice_only_what_the_pipe_has():
    """Every attribute of `self.transport` and `self._transport` that the class reads."""
    tree = ast.parse(inspect.getsource(rtcdtlstransport.RTCDtlsTransport))
    asked = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in {"transport", "_transport"}
    }
    assert asked == {"_recv", "_send", "role"}
    assert all(hasattr(dtls._DatagramPipe, name) for name in asked)


async def test_the_names_used_exist_with_their_meaning():
    transport = rtcdtlstransport.RTCDtlsTransport(
        dtls._DatagramPipe(lambda _: None), [dtls.new_certificate()]
    )
    assert transport.state == "new"
    assert transport._rx_srtp is None
    assert transport._tx_srtp is None
    transport._set_role("server")
    assert transport._role == "server"
    states = {state.name.lower() for state in rtcdtlstransport.State}
    assert states == {"new", "connecting", "connected", "closed", "failed"}


def test_srtp_sessions_allow_resends_and_remember_1024_packets():
    source = inspect.getsource(rtcdtlstransport.RTCDtlsTransport._setup_srtp)
    assert source.count("allow_repeat_tx = True") == 2
    assert source.count("window_size = 1024") == 2


def test_the_receive_loop_goes_on_after_the_handshake():
    source = inspect.getsource(rtcdtlstransport.RTCDtlsTransport)
    assert "asyncio.ensure_future(self.__run())" in source
    assert "raise ConnectionError" in source


def test_pylibsrtp_takes_and_gives_bytes():
    policy = pylibsrtp.Policy(
        key=bytes(44),
        ssrc_type=pylibsrtp.Policy.SSRC_ANY_OUTBOUND,
        srtp_profile=pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_256_GCM,
    )
    session = pylibsrtp.Session(policy)
    packet = b"\x80\x6f\0\1" + bytes(8) + b"payload"
    assert len(session.protect(packet)) == len(packet) + 16


def test_the_names_used_inside_pylibsrtp_exist():
    policy = pylibsrtp.Policy(
        key=bytes(44),
        ssrc_type=pylibsrtp.Policy.SSRC_ANY_OUTBOUND,
        srtp_profile=pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_256_GCM,
    )
    ours, theirs = srtp.SrtpSession(pylibsrtp.Session(policy)), pylibsrtp.Session(policy)
    packet = b"\x80\x6f\0\1" + bytes(8) + b"payload"
    assert ours.protect(packet) == theirs.protect(packet)
    second = b"\x80\x6f\0\2" + packet[4:]
    assert ours.protect_parts(second[:12], second[12:]) == theirs.protect(second)
    compound = b"\x80\xc9\0\1" + bytes(4)
    assert ours.protect_rtcp(compound) == theirs.protect_rtcp(compound)


@pytest.mark.parametrize("size", [1, 11, srtp.LONGEST_PACKET + 1])
def test_what_libsrtp_refuses_is_an_error(size):
    inbound = srtp.SrtpSession(
        pylibsrtp.Session(
            pylibsrtp.Policy(key=bytes(30), ssrc_type=pylibsrtp.Policy.SSRC_ANY_INBOUND)
        )
    )
    for method in (inbound.unprotect, inbound.unprotect_rtcp):
        with pytest.raises(srtp.SrtpError):
            method(bytes(size))


def test_underscore_names_of_aiortc_live_in_one_file():
    """No other file of the relay imports aiortc, nor av anywhere."""
    for path in Path(signaling.relay.__file__).parent.glob("*.py"):
        imported = [
            alias.name if isinstance(node, ast.Import) else node.module
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        ]
        roots = {(name or "").partition(".")[0] for name in imported}
        assert "av" not in roots
        assert ("aiortc" in roots) == (path.name == "dtls.py")


async def test_a_full_queue_drops_and_a_closed_one_ends_the_reader():
    pipe = dtls._DatagramPipe(lambda _: None)
    fed = [pipe.feed(b"x") for _ in range(dtls.QUEUED_DATAGRAMS + 5)]
    assert fed.count(True) == dtls.QUEUED_DATAGRAMS
    pipe.close()
    reader = asyncio.ensure_future(pipe._recv())
    await asyncio.wait([reader])
    assert isinstance(reader.exception(), ConnectionError)
