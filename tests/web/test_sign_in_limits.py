"""Wrong passwords are counted for the account and the device; whoever knows the password is never counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from cozmic.access.clock import get_now
from cozmic.access.credentials import hash_password
from cozmic.access.failures import Bucket
from cozmic.access.new_passwords import NewPassword
from cozmic.extensions import db
from cozmic.models import FailureCount, User
from cozmic.transaction import transaction
from cozmic.web.devices import COOKIE, MOST_ACCOUNTS
from cozmic.writes.failures import OLD_AT_ONCE, count_failures
from cozmic.writes.people import reset_password
from tests.client import RAW_TOKEN, Client, anonymous
from tests.factories import PASSWORD, Cast, make_user
from tests.limits import counting_app
from tests.queries import counted_queries

NAMES = ("ada", "ada@school.example", " Ada ", "ADA@School.Example")
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}
NEW = "three quiet words"


@pytest.fixture
def counting(app: Flask) -> Iterator[Flask]:
    """The application with limits."""
    with counting_app(app) as application:
        yield application


def try_password(client: Client, password: str, username: str = "ben", **environ: str) -> int:
    answer = client.post(
        "/login", data={"username": username, "password": password}, environ_overrides=environ
    )
    return answer.status_code


def spend(app: Flask, username: str = "ben", client: Client | None = None) -> None:
    """Type ten wrong passwords."""
    statuses = [try_password(client or anonymous(app), f"wrong {n}", username) for n in range(11)]
    assert statuses == [422] * 10 + [429]


def known_device(app: Flask, username: str = "ben", password: str = PASSWORD) -> Client:
    """A browser that this account has signed in with, and out of."""
    client = anonymous(app)
    assert try_password(client, password, username) == 303
    sign_out(client)
    return client


def sign_out(client: Client) -> None:
    give_token(client)
    assert client.post("/sign-out").status_code == 303
    give_token(client)


def give_token(client: Client) -> None:
    """Let the next form be sent: signing in and out drops the token that came with the page before."""
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = RAW_TOKEN


def test_a_user_name_and_an_address_are_one_account(counting: Flask, cast: Cast) -> None:
    client = anonymous(counting)
    statuses = [try_password(client, f"guess {n}", NAMES[n % len(NAMES)]) for n in range(12)]
    assert statuses == [422] * 10 + [429] * 2


def test_a_name_of_nobody_is_counted_alike(counting: Flask, cast: Cast) -> None:
    for name in ("nobody@school.example", "nobody"):
        spend(counting, name)


def test_a_classmate_cannot_lock_a_pupil_out_of_their_own_device(
    counting: Flask, cast: Cast
) -> None:
    bens = known_device(counting)
    spend(counting)
    assert try_password(anonymous(counting), PASSWORD) == 429
    assert try_password(bens, "wrong") == 422
    assert try_password(bens, PASSWORD) == 303


def test_a_known_device_has_ten_tries_of_its_own(counting: Flask, cast: Cast) -> None:
    bens = known_device(counting)
    spend(counting, client=bens)
    assert try_password(bens, PASSWORD) == 429
    assert try_password(anonymous(counting), PASSWORD) == 303


def test_a_device_known_to_one_account_is_unknown_to_others(counting: Flask, cast: Cast) -> None:
    cleos = known_device(counting, "cleo")
    spend(counting)
    assert try_password(cleos, PASSWORD) == 429


def test_a_family_shares_a_computer(counting: Flask, cast: Cast) -> None:
    computer = known_device(counting)
    assert try_password(computer, PASSWORD, "cleo") == 303
    sign_out(computer)
    spend(counting)
    spend(counting, "cleo")
    assert try_password(computer, PASSWORD) == 303
    sign_out(computer)
    assert try_password(computer, PASSWORD, "cleo") == 303


def test_a_computer_remembers_a_few_accounts(counting: Flask, cast: Cast) -> None:
    computer = known_device(counting)
    for number in range(MOST_ACCOUNTS):
        make_user(username=f"pupil{number}")
        assert try_password(computer, PASSWORD, f"pupil{number}") == 303
        sign_out(computer)
    spend(counting)
    spend(counting, "pupil0")
    assert try_password(computer, PASSWORD) == 429
    assert try_password(computer, PASSWORD, "pupil0") == 303


def test_a_password_that_was_right_once_makes_no_device_known(counting: Flask, cast: Cast) -> None:
    """Whoever knew it could else collect devices and guess the next one from each."""
    thief, bens = known_device(counting), known_device(counting)
    assert try_password(bens, PASSWORD) == 303
    give_token(bens)
    changed = bens.post("/account/password", data={"current_password": PASSWORD, "password": NEW})
    assert changed.status_code == 303
    sign_out(bens)
    spend(counting)
    assert try_password(thief, NEW) == 429
    assert try_password(bens, NEW) == 303


def test_a_new_password_from_the_teacher_opens_the_door_at_once(
    counting: Flask, cast: Cast
) -> None:
    spend(counting)
    assert try_password(anonymous(counting), PASSWORD) == 429
    first = NewPassword(NEW, hash_password(NEW))
    with transaction() as touched:
        ben = db.session.get_one(User, cast.ben)
        reset_password(touched, ben, first, actor_id=cast.ada, now=get_now())
    assert try_password(anonymous(counting), NEW) == 303


@pytest.mark.parametrize("value", ["", "x", "W10.x", "WzEsW11d.aaaaaaaaaaaaaaaaaaaaaaaaaaa"])
def test_a_forged_device_is_unknown(counting: Flask, cast: Cast, value: str) -> None:
    client = anonymous(counting)
    client.set_cookie(COOKIE, value)
    spend(counting)
    assert try_password(client, PASSWORD) == 429


def test_the_cookie_of_a_device_is_kept_from_scripts_and_other_sites(
    counting: Flask, cast: Cast
) -> None:
    answer = anonymous(counting).post("/login", data={"username": "ben", "password": PASSWORD})
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(COOKIE)]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "ben" not in cookie
    counting.config["SESSION_COOKIE_SECURE"] = True
    answer = anonymous(counting).post("/login", data={"username": "ben", "password": PASSWORD})
    assert all("Secure" in one for one in answer.headers.getlist("Set-Cookie"))


def test_the_time_told_is_the_time_waited(counting: Flask, app: Flask, cast: Cast) -> None:
    spend(counting)
    answer = anonymous(counting).post("/login", data={"username": "ben", "password": PASSWORD})
    wait_s = int(answer.headers["Retry-After"])
    assert 890 <= wait_s <= 900
    assert "Try again in 15 minutes" in answer.text
    counting.config["CLOCK_OFFSET_S"] = wait_s - 10
    assert try_password(anonymous(counting), PASSWORD) == 429
    counting.config["CLOCK_OFFSET_S"] = wait_s + 1
    assert try_password(anonymous(counting), "wrong") == 422
    assert try_password(anonymous(counting), PASSWORD) == 303


def test_an_address_has_a_ceiling_that_stops_nobody_at_a_known_device(
    app: Flask, cast: Cast
) -> None:
    with counting_app(app, LIMIT_ADDRESS="12 per 15 minutes") as counting:
        bens = known_device(counting)
        names = [f"name{number}" for number in range(12)]
        assert [try_password(anonymous(counting), "x", name) for name in names] == [422] * 12
        refused = anonymous(counting).post("/login", data={"username": "ada", "password": PASSWORD})
        assert refused.status_code == 429
        assert "from your network" in refused.text
        assert try_password(anonymous(counting), PASSWORD, "ada", **ELSEWHERE) == 303
        assert try_password(bens, PASSWORD) == 303


def test_a_home_with_many_addresses_is_one_place(counting: Flask, cast: Cast) -> None:
    statuses = [
        try_password(anonymous(counting), "wrong", REMOTE_ADDR=f"2001:db8:1:2::{number}")
        for number in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_an_address_that_a_client_made_up_is_not_believed(counting: Flask, cast: Cast) -> None:
    client = anonymous(counting)

    def guess(number: int) -> int:
        answer = client.post(
            "/login", data={"username": "ben", "password": "wrong"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )  # fmt: skip
        return answer.status_code

    assert [guess(number) for number in range(11)] == [422] * 10 + [429]


def test_signing_in_asks_no_more_for_being_counted(counting: Flask, cast: Cast) -> None:
    """One SELECT says who it is, how often that failed, and what time it is."""
    spend(counting)
    bens = anonymous(counting)
    with counting.app_context(), counted_queries() as asked:
        assert try_password(bens, PASSWORD, **ELSEWHERE) == 303
    selects = [one for one in asked if one.startswith("SELECT")]
    assert len(selects) == 2, selects  # and the person once more, locked, while the session is made
    assert "failure_counts" in selects[0]
    assert not any("INSERT INTO failure_counts" in one for one in asked)


def test_known_and_unknown_names_ask_the_database_alike(counting: Flask, cast: Cast) -> None:
    with counting.app_context():
        asked = []
        for name in ("ben", "nobody", "ada@school.example", "nobody@school.example"):
            with counted_queries() as statements:
                assert try_password(anonymous(counting), "wrong", name) == 422
            asked.append([one.replace("users.email", "users.username") for one in statements])
    assert asked[0] == asked[1]
    assert asked[2] == asked[3]


def test_links_for_a_new_password_are_counted_before_they_are_sent(
    counting: Flask, cast: Cast
) -> None:
    def ask(email: str, **environ: str) -> int:
        answer = anonymous(counting).post(
            "/forgot-password", data={"email": email}, environ_overrides=environ
        )
        return answer.status_code

    for email in ("ada@school.example", "nobody@school.example"):
        assert [ask(email) for _ in range(6)] == [303] * 5 + [429]
    assert ask("ada@school.example", **ELSEWHERE) == 303


def test_a_wrong_password_for_a_change_is_counted_too(counting: Flask, cast: Cast) -> None:
    ben = anonymous(counting)
    assert try_password(ben, PASSWORD) == 303
    give_token(ben)
    data = {"current_password": "wrong", "password": NEW}
    statuses = [ben.post("/account/password", data=data).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert (
        ben.post("/account/email", data={"email": "", "current_password": PASSWORD}).status_code
        == 429
    )


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_counts_go_a_few_at_a_time_however_postgresql_plans_it(counting: Flask) -> None:
    """Asked again for each row that it joins, a SELECT that passes locked rows over finds others each time."""
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    with transaction():
        db.session.add_all(
            FailureCount(kind="sign-in", subject=-number, place=-1, failures=3, ends_at=long_ago)
            for number in range(1, OLD_AT_ONCE + 6)
        )
    with transaction():
        for other in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"):
            db.session.execute(text(f"SET LOCAL enable_{other} = off"))
        count_failures({Bucket("sign-in", 1, 1): 60}, now=get_now())
    assert count_rows(until=get_now()) == 5


def test_counts_that_are_over_go_a_few_at_a_time(counting: Flask, cast: Cast) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    with transaction():
        db.session.add_all(
            FailureCount(kind="sign-in", subject=-number, place=-1, failures=3, ends_at=long_ago)
            for number in range(1, OLD_AT_ONCE + 6)
        )
    assert try_password(anonymous(counting), "wrong") == 422
    assert count_rows(until=get_now()) == 5
    assert try_password(anonymous(counting), "wrong") == 422
    assert count_rows(until=get_now()) == 5, "a bucket that is open already takes none along"
    assert try_password(anonymous(counting), "wrong", "cleo") == 422
    assert count_rows(until=get_now()) == 0


def count_rows(*, until: datetime) -> int:
    db.session.rollback()
    over = select(func.count()).select_from(FailureCount).where(FailureCount.ends_at <= until)
    return db.session.execute(over).scalar_one()


def test_what_was_typed_stands_nowhere(counting: Flask, cast: Cast) -> None:
    try_password(anonymous(counting), "wrong", "my secret password by mistake")
    rows = db.session.execute(select(FailureCount.subject, FailureCount.place)).all()
    assert len(rows) == 2
    assert all(subject <= 0 and place < 0 for subject, place in rows)
