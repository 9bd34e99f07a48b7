"""Network addresses as limits see them."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

PREFIX_BITS = 64


def network_of(address: str | None) -> str:
    """Return what stands for one place: an IPv4 address, or the /64 of an IPv6 one, of which a home has 2 to the 64.

    What is no address at all (a Unix socket's peer) is one place, ''.
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    shift = 128 - PREFIX_BITS
    return str(IPv6Address(int(found) >> shift << shift))
