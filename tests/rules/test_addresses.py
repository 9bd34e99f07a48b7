"""What counts as one place on the network."""

from __future__ import annotations

import pytest

from cozmic.rules.addresses import network_of


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("", ""),
        (None, ""),
        ("no address", ""),
    ],
)
def test_one_home_is_one_place(address: str | None, place: str) -> None:
    assert network_of(address) == place
