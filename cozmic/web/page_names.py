"""What a cached page is called: in the store by its key, to browsers by its ETag. Values in, values out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

from cozmic.access.admission import Viewer
from cozmic.caching.bodies import to_ms
from cozmic.caching.keys import PageKey, digest_revisions

REVALIDATE = "private, no-cache"


def find_key(endpoint: str, viewer: Viewer, *, role_hint: object, origin: str) -> str | None:
    """Return a screen's key for a viewer; None where too little is known about its state, or another role was hinted.

    The hint stands in the cookie, and decided which revisions were asked for. `origin` is the address that pages pass
    on: without PUBLIC_URL, whoever forges a host gets a page of their own.
    """
    if viewer.revisions is None or role_hint != viewer.role.value:
        return None
    revision = digest_revisions(viewer.revisions, origin=origin)
    if revision is None:
        return None
    return str(
        PageKey(
            screen=endpoint, user_id=viewer.user_id, classroom_id=viewer.room.id if viewer.room else 0,
            audience=viewer.role.value, language=viewer.language, revision=revision,
        )
    )  # fmt: skip


def origin_of(scheme: str, host: str | None) -> str:
    """Return the address under which a page was asked for, where PUBLIC_URL does not say it."""
    return f"{scheme}://{host or ''}"


def namer(key: str, viewer: Viewer, *, token: str, secret: str) -> Callable[[int], str]:
    """Return what gives a page's ETag by the moment until which it is right."""
    return lambda until_ms: etag_of(
        key, viewer.session_id, until_ms=until_ms, token=token, secret=secret
    )


@lru_cache(maxsize=4096)
def etag_of(key: str, session_id: int, *, until_ms: int, token: str, secret: str) -> str:
    """Name the page, whose it is, and until when it is right; signed, since the moment is read back from it."""
    text = f"{key}|{session_id}|{token}|{until_ms}".encode()
    digest = hashlib.blake2b(text, key=secret.encode()[:64], digest_size=12)
    return f'"{until_ms:x}-{digest.hexdigest()}"'


def is_unchanged(asked: str, viewer: Viewer, name: Callable[[int], str]) -> bool:
    """Whether the ETag that a browser sent names this very page, and it is still right.

    `name` gives the ETag that the page has if it is right until a moment (milliseconds since 1970).
    """
    asked = asked.removeprefix("W/")
    try:
        until_ms = int(asked.strip('"').partition("-")[0], 16)
    except ValueError:
        return False
    return until_ms > to_ms(viewer.now) and asked == name(until_ms)
