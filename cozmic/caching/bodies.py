"""How a finished page stands in the cache: compressed bytes that we wrote, and nothing that could run.

Layout: magic, moment of expiry (milliseconds since 1970, UTC, big-endian), seal, zlib stream. The seal is a digest of
the page's name, the moment and the stream, keyed with the application's secret: whoever can write to Redis can neither
make a page nor put one person's page, or an older one, under the name of another. 6 us for a page of 5 KB.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime

MAGIC = b"CZP2"
MOMENT = struct.Struct(">q")
SEAL_BYTES = 16
HEAD_BYTES = len(MAGIC) + MOMENT.size + SEAL_BYTES
LEVEL = 1
LARGEST = 8 * 1024 * 1024
"""Bytes a page may unfold to: a poisoned value must not fill the memory."""
LARGEST_VALUE = 2 * 1024 * 1024
"""Bytes of a value in the store; no more than that is read of one."""


@dataclass(frozen=True, slots=True)
class Body:
    """A page's bytes, and until when they are right."""

    content: bytes
    until_ms: int
    """When the clock alone changes the page, in milliseconds since 1970."""


def to_ms(moment: datetime) -> int:
    """Return a moment as whole milliseconds since 1970, rounded down."""
    return int(moment.timestamp() * 1000)


def seal_key(secret: str) -> bytes:
    """Return the key of the seals for an application's secret."""
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"cozmic pages").digest()


def pack(body: Body, name: str, sealed_with: bytes) -> bytes | None:
    """Return the value to store under a name; None for a page that is too large to be kept."""
    packed = zlib.compress(body.content, LEVEL)
    if HEAD_BYTES + len(packed) > LARGEST_VALUE or len(body.content) > LARGEST:
        return None
    moment = MOMENT.pack(body.until_ms)
    return MAGIC + moment + _seal(name, moment, packed, sealed_with) + packed


def unpack(value: bytes | None, name: str, sealed_with: bytes) -> Body | None:
    """Return what pack() stored under this name; None for anything else, however it came there."""
    if value is None or len(value) <= HEAD_BYTES or not value.startswith(MAGIC):
        return None
    moment, packed = value[len(MAGIC) : HEAD_BYTES - SEAL_BYTES], value[HEAD_BYTES:]
    seal = value[HEAD_BYTES - SEAL_BYTES : HEAD_BYTES]
    if not hmac.compare_digest(seal, _seal(name, moment, packed, sealed_with)):
        return None
    unfolder = zlib.decompressobj()
    try:
        content = unfolder.decompress(packed, LARGEST)
    except zlib.error:
        return None
    return Body(content, MOMENT.unpack(moment)[0]) if unfolder.eof else None


def _seal(name: str, moment: bytes, packed: bytes, key: bytes) -> bytes:
    digest = hashlib.blake2b(name.encode(), key=key, digest_size=SEAL_BYTES)
    digest.update(b"\0" + moment)
    digest.update(packed)
    return digest.digest()
