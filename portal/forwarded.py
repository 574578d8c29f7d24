"""Where a request comes from when proxies of our own stand before us, as limits count it."""

from collections.abc import Collection
from ipaddress import IPv6Address, IPv6Network, ip_address

from aiohttp import web

_LONGEST = 64
_NETWORK_BITS = 64


def address_of(request: web.BaseRequest, trusted: Collection[str]) -> str:
    """The other end of the connection. Where that is one of `trusted`, the address it wrote last into
    `X-Forwarded-For`; what anybody else writes there is not believed. As `counted_as` has it.
    """
    lines = request.headers.getall("X-Forwarded-For", [])
    claimed = [one.strip() for line in lines for one in line.split(",")]
    ours = {_plain(one) for one in trusted}
    address = _plain(request.remote or "")
    while address in ours and claimed:
        address = _plain(claimed.pop())
    return counted_as(address)


def counted_as(address: str) -> str:
    """Of IPv6 the network of 64 bits, in which whoever has one address has them all (RFC 4291 2.5.4); one
    that stands for an IPv4 address is that. What is no address is itself.
    """
    plain = _plain(address)
    try:
        found = ip_address(plain)
    except ValueError:
        return plain
    if not isinstance(found, IPv6Address):
        return plain
    host_bits = 128 - _NETWORK_BITS
    return str(IPv6Network((int(found) >> host_bits << host_bits, _NETWORK_BITS)))


def _plain(address: str) -> str:
    """One text for each address: a socket for both versions shows IPv4 as `::ffff:192.0.2.1`."""
    text = address[:_LONGEST]
    try:
        found = ip_address(text)
    except ValueError:
        return text
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)
