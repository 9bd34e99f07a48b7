"""What a write touched: collected by the write, set as revisions by the transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Touched:
    """Ids whose screens a write changes."""

    person_ids: set[int] = field(default_factory=set)
    classroom_posts: set[int] = field(default_factory=set)
    classroom_work: set[int] = field(default_factory=set)
    is_school_touched: bool = False

    def person(self, *user_ids: int) -> None:
        """A person's own screens change: their grades, attempts, name, classes."""
        self.person_ids.update(user_ids)

    def people(self, user_ids: Iterable[int]) -> None:
        """Many people's own screens change."""
        self.person_ids.update(user_ids)

    def posts(self, classroom_id: int) -> None:
        """What a class reads changes: its announcements, assignments, roster, name."""
        self.classroom_posts.add(classroom_id)

    def work(self, classroom_id: int) -> None:
        """What a class has done changes: work and grades."""
        self.classroom_work.add(classroom_id)

    def school(self) -> None:
        """The school's name, zone or language changes, and with it every screen."""
        self.is_school_touched = True
