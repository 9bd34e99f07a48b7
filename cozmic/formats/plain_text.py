"""Text files as people send them: in whichever encoding their program wrote."""

from __future__ import annotations

LARGEST_FILE = 2 * 1024 * 1024
BINARY = {
    b"PK\x03\x04": "This is an Excel or other packed file. Save it as CSV (in Excel: CSV UTF-8) and send that.",
    b"\xd0\xcf\x11\xe0": "This is an old Excel file. Save it as CSV (in Excel: Save as, CSV) and send that.",
    b"%PDF": "This is a PDF. Send a CSV file, or copy the names into the box.",
}
NOT_TEXT = "This is not a text file. Send a CSV file (UTF-8, UTF-16 or Windows-1252)."


class Unreadable(ValueError):
    """The bytes are no text; the message says why, and what would be right."""


def decode_text(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 (with or without a byte order mark) or Windows-1252.

    Raises Unreadable for what is no text, and for more than LARGEST_FILE bytes.
    """
    if len(data) > LARGEST_FILE:
        raise Unreadable("The file is larger than 2 MB. Send a smaller one.")
    for signature, message in BINARY.items():
        if data.startswith(signature):
            raise Unreadable(message)
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(NOT_TEXT)


def _encodings(data: bytes) -> tuple[str, ...]:
    """The encodings worth trying: every second byte of UTF-16 in Latin letters is zero."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    sample = data[:400]
    if sample[1::2].count(0) > len(sample) // 4:
        return ("utf-16-le",)
    if sample[0::2].count(0) > len(sample) // 4:
        return ("utf-16-be",)
    return ("utf-8-sig", "cp1252")
