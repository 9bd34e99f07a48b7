"""Passwords: which ones are taken, and how first ones are made.

Length counts and composition does not (NIST SP 800-63B, section 5.1.1.2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cozmic.rules.enums import Role
from cozmic.rules.words import WORDS

SHORTEST_FOR_PUPILS = 8
SHORTEST_FOR_STAFF = 10
LONGEST = 200
NUMBERS = tuple(str(number) for number in range(10, 100))
# What is tried first, without the digits and signs that people put behind it.
_COMMONEST = """
password passwort passw0rd p@ssw0rd p@ssword motdepasse contrasena wachtwoord haslo kennwort
mypassword newpassword thepassword passwordpassword pass passpass default changeme changeit letmein
letmeinnow welcome welcomeback hello hellohello helloworld secret topsecret mysecret opensesame
login signin logmein admin administrator root superuser user username guest test testing tester
testtest teacher teachers student students pupil pupils school myschool schoolschool classroom class
homework learning cozmic cozmiclearning 1q2w3e4r 1q2w3e4r5t cozmic-demo demo demodemo qwerty qwertyuiop qwertz
qwertzuiop azerty azertyuiop asdf asdfasdf asdfgh asdfghjkl zxcvbn zxcvbnm qwerasdf qazwsx qazwsxedc
abc abcabc abcd abcdef iloveyou ilovemum ilovedad iloveyouforever loveyou lovelove mylove sunshine
princess superman batman spiderman pokemon minecraft fortnite roblox football baseball basketball
cricket hockey soccer liverpool arsenal chelsea barcelona manchester monkey dragon tiger unicorn
rainbow butterfly chocolate cookie computer internet internet-explorer google facebook instagram
youtube tiktok whatsapp michael jennifer jessica charlie daniel george summer winter spring autumn
january february december trustno whatever nothing something blink freedom starwars killer ninja
mustang master jordan harley hunter shadow ashley bailey access flower purple orange yellow
"""
COMMONEST = frozenset(_COMMONEST.split())
BEHIND = "0123456789!?.,;:#$*+-_ "
FEWEST_DIFFERENT = 4
ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890123456789")


def shortest_for(role: Role) -> int:
    """Return how many characters a password of this role has at least."""
    return SHORTEST_FOR_PUPILS if role is Role.STUDENT else SHORTEST_FOR_STAFF


def find_password_fault(password: str, *, role: Role, username: str) -> str | None:
    """Return why a password that somebody chose cannot be taken and what would be right; None when it can."""
    password, shortest = password.strip(), shortest_for(role)  # blanks around it are not compared
    if len(password) < shortest:
        return f"A password has at least {shortest} characters; this has {len(password)}. Three words make a good one."
    if len(password) > LONGEST:
        return f"A password has at most {LONGEST} characters; this has {len(password)}."
    plain = password.casefold()
    if username and plain in {username.casefold(), username.casefold()[::-1]}:
        return "Your user name cannot be your password. Three words make a good one."
    if _is_commonest(plain):
        return "This is one of the first passwords that anybody would try. Three words make a better one."
    return None


def make_first_password(choose: Callable[[Sequence[str]], str], *, words: int = 2) -> str:
    """Return a readable password such as 'maple-rocket-42' from `choose`, which picks one of a sequence.

    Two words and a number are 1 in 19 million, three 1 in 9,000 million: sign-in takes ten guesses in 15 minutes.
    """
    return "-".join([*(choose(WORDS) for _ in range(words)), choose(NUMBERS)])


def _is_commonest(plain: str) -> bool:
    stem = plain.strip(BEHIND)
    half = stem[: len(stem) // 2]
    if half * 2 == stem:
        stem = half
    return bool({stem, plain} & COMMONEST) or len(set(plain)) < FEWEST_DIFFERENT or _is_row(plain)


def _is_row(plain: str) -> bool:
    return any(plain in row or plain in row[::-1] for row in ROWS)
