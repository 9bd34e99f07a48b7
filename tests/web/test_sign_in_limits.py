"""Wrong passwords are counted for the account, whichever of its names is typed."""

from __future__ import annotations

from flask import Flask

from tests.client import anonymous
from tests.factories import Cast
from tests.limits import counting_app

NAMES = ("ada", "ada@school.example", " Ada ", "ADA@School.Example")


def test_a_user_name_and_an_address_are_one_account(app: Flask, cast: Cast) -> None:
    with counting_app(app) as counting:
        client = anonymous(counting)

        def guess(number: int) -> int:
            data = {"username": NAMES[number % len(NAMES)], "password": f"guess {number}"}
            return client.post("/login", data=data).status_code

        assert [guess(number) for number in range(12)] == [422] * 10 + [429] * 2


def test_an_address_of_nobody_is_counted_too(app: Flask, cast: Cast) -> None:
    with counting_app(app) as counting:
        client = anonymous(counting)
        data = {"username": "nobody@school.example", "password": "guess"}
        statuses = [client.post("/login", data=data).status_code for _ in range(11)]
        assert statuses == [422] * 10 + [429]
