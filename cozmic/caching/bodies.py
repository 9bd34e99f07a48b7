"""How a finished page stands in the cache: compressed bytes that we wrote, and nothing that could run.

Layout: magic, moment of expiry (milliseconds since 1970, UTC, big-endian), CRC-32 of what follows, zlib stream.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

MAGIC = b"CZP1"
HEAD = struct.Struct(">4sqI")
LEVEL = 1
LARGEST = 8 * 1024 * 1024
"""Bytes a page may unfold to: a poisoned value must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Body:
    """A page's bytes, and until when they are right."""

    content: bytes
    until_ms: int
    """When the clock alone changes the page, in milliseconds since 1970."""


def to_ms(moment: datetime) -> int:
    """Return a moment as whole milliseconds since 1970, rounded down."""
    return int(moment.timestamp() * 1000)


def from_ms(moment_ms: int) -> datetime:
    """Return the moment as an aware UTC datetime."""
    return datetime.fromtimestamp(moment_ms / 1000, UTC)


def pack(body: Body) -> bytes:
    """Return the value to store."""
    packed = zlib.compress(body.content, LEVEL)
    return HEAD.pack(MAGIC, body.until_ms, zlib.crc32(packed)) + packed


def unpack(value: bytes | None) -> Body | None:
    """Return what pack() stored; None for anything else, however it came there."""
    if value is None or len(value) <= HEAD.size:
        return None
    magic, until_ms, checksum = HEAD.unpack_from(value)
    packed = value[HEAD.size :]
    if magic != MAGIC or zlib.crc32(packed) != checksum:
        return None
    unfolder = zlib.decompressobj()
    try:
        content = unfolder.decompress(packed, LARGEST)
    except zlib.error:
        return None
    return Body(content, until_ms) if unfolder.eof else None
