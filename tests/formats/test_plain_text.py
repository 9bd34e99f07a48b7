"""Reading text files in the encodings that schools' programs write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cozmic.formats.plain_text import LARGEST_FILE, Unreadable, decode_text

NAMES = "Zoë,Müller\nŁukasz,Nowak\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"], ids=str
)
def test_unicode_files_are_read(encoding: str) -> None:
    assert decode_text(NAMES.encode(encoding)) == NAMES


def test_what_is_not_utf_8_is_windows_1252() -> None:
    assert decode_text("Zoë;Müller’s".encode("cp1252")) == "Zoë;Müller’s"


def test_an_empty_file_is_empty_text() -> None:
    assert decode_text(b"") == ""


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"PK\x03\x04rest", "Save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Save it as CSV"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a text file"),
        (b"\x81\x8d\x8f", "not a text file"),
        (b"\xff\xfeE", "not a text file"),
        (b"a" * (LARGEST_FILE + 1), "larger than 2 MB"),
    ],
    ids=["xlsx", "xls", "pdf", "png", "no encoding", "half a character", "too large"],
)
def test_what_is_no_text_says_what_to_send(data: bytes, hint: str) -> None:
    with pytest.raises(Unreadable, match=hint):
        decode_text(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode_text(data)
    except Unreadable:
        return
    assert "\0" not in text
