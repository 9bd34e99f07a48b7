"""People, how they are signed in, and how teachers are invited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from cozmic.extensions import Base
from cozmic.models.types import BigId, UtcDateTime, enum_column
from cozmic.rules.enums import Role
from cozmic.rules.names import full_name

SUSPENDED = text("suspended_at IS NOT NULL")


class User(Base):
    """A person: student, teacher, admin or guardian. A pupil needs no e-mail."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("username = lower(username)", name="username_lower"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index(
            "ix_users_role_family_name_given_name", "role", "family_name", "given_name", "id"
        ),  # ops: people of a role
        Index(
            "ix_users_family_name_given_name", "family_name", "given_name", "id"
        ),  # ops: people, everybody
        Index(
            "ix_users_suspended",
            "family_name",
            "given_name",
            "id",
            sqlite_where=SUSPENDED,
            postgresql_where=SUSPENDED,
        ),  # ops: people, suspended only
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    username: Mapped[str] = mapped_column(String(64), unique=True)  # sign-in
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    "Empty for people with one name."
    email: Mapped[str | None] = mapped_column(String(254), unique=True)  # password reset
    "NULL: no e-mail, so no reset by mail."
    password_hash: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: may sign in."

    @property
    def name(self) -> str:
        """The name as shown: given name, then family name."""
        return full_name(self.given_name, self.family_name)


class UserSession(Base):
    """One sign-in on one device; it ends by deletion, so the next request finds nothing."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    "63 random bits: a restored database never hands out an id that an old cookie still names."
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )  # account: sessions
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    device: Mapped[str] = mapped_column(String(120))
    "Browser and system in words, for the list of sessions."


class Invitation(Base):
    """An admin's invitation to join as a teacher (or as a fellow admin); used once."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254))
    invited_by_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), index=True
    )  # delete of a person
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    "NULL: still open."
