"""Forms of the admins' pages."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from wtforms import RadioField, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import AnyOf, InputRequired, Length

from cozmic.reads.ops_classrooms import ClassroomFilter
from cozmic.reads.ops_people import PeopleFilter
from cozmic.rules.enums import Role
from cozmic.web.forms import Form
from cozmic.web.ids import read_id
from cozmic.web.once import OnceForm
from cozmic.web.people_fields import email_field, family_name_field, given_name_field, one_line
from cozmic.web.widgets.base import OneOf

LONGEST_SEARCH = 100
LONGEST_SCHOOL = 120
LANGUAGES = [SelectChoice("en", "English")]
# Kept for old systems only; whoever means one of them means a city's.
NO_PLACES = ("Etc/", "SystemV/", "posix/", "right/")


class SearchForm(Form):
    """A search that stands in the address of its page; nonsense finds everything instead of failing."""

    class Meta(Form.Meta):
        """A search changes nothing, so it needs no token."""

        csrf = False

    text = StringField("Search", default="", filters=[one_line])

    @property
    def words(self) -> str:
        """What to look for."""
        return (self.text.data or "")[:LONGEST_SEARCH]

    def as_query(self) -> dict[str, str]:
        """Return the fields that say something, as they stand in the address."""
        return {field.name: field.data for field in self if field.data}


class PeopleSearch(SearchForm):
    """Whom to show."""

    role = SelectField(
        "Role",
        default="",
        choices=[
            SelectChoice("", "Everybody"), SelectChoice("student", "Pupils"),
            SelectChoice("teacher", "Teachers"), SelectChoice("admin", "Admins"),
        ],
        validate_choice=False,
    )  # fmt: skip
    state = SelectField(
        "State",
        default="",
        choices=[SelectChoice("", "All"), SelectChoice("suspended", "Suspended only")],
        validate_choice=False,
    )

    def read(self) -> PeopleFilter:
        """Return what to look for."""
        role = Role(self.role.data) if self.role.data in set(Role) else None
        return PeopleFilter(self.words, role, self.state.data == "suspended")


class ClassroomSearch(SearchForm):
    """Which classes to show."""

    show = SelectField(
        "Show",
        default="",
        choices=[
            SelectChoice("", "In use"),
            SelectChoice("archived", "Archived"),
            SelectChoice("all", "All"),
        ],
        validate_choice=False,
    )

    def read(self) -> ClassroomFilter:
        """Return what to look for."""
        is_archived = {"all": None, "archived": True}.get(self.show.data or "", False)
        return ClassroomFilter(self.words, is_archived)


class NameForm(Form):
    """A person's name, corrected."""

    given_name = given_name_field()
    family_name = family_name_field()


class EmailForm(Form):
    """A person's e-mail address."""

    email = email_field(is_required=False)


class InviteForm(OnceForm):
    """Who is invited, and as what."""

    given_name = given_name_field()
    family_name = family_name_field()
    email = email_field(is_required=True, description="The invitation goes there.")
    role = RadioField(
        "As",
        default=Role.TEACHER.value,
        choices=[SelectChoice("teacher", "Teacher"), SelectChoice("admin", "Admin")],
        validate_choice=False,
        validators=[AnyOf(["teacher", "admin"], message="Choose teacher or admin.")],
    )


class HandOverForm(Form):
    """Who takes a class over; the teachers to choose from are set by the view."""

    teacher = SelectField("Teacher", validate_choice=False)
    username = StringField("User name of the teacher", filters=[one_line], default="")
    """In a district with more teachers than a list can hold."""

    @property
    def teacher_id(self) -> int:
        """The one chosen; 0 for nonsense, which is nobody."""
        return read_id(self.teacher.data or "") or 0


class SchoolForm(Form):
    """The school's own settings."""

    name = StringField(
        "Name of the school",
        filters=[one_line],
        validators=[
            InputRequired("Give the school a name."),
            Length(min=1, max=LONGEST_SCHOOL, message="A name has 1 to %(max)d characters."),
        ],
    )
    zone = OneOf(
        "Time zone",
        message="Choose a time zone from the list, such as Europe/London.",
        description="Due dates are given in its time. What is due already stays due at the same moment.",
    )
    language = OneOf(
        "Language",
        message="Choose a language from the list.",
        choices=LANGUAGES,
        description="Of all pages. English is the only one so far.",
    )

    def offer_zones(self, current: str) -> None:
        """Fill the list of zones; the one in use is among them, whatever it is called."""
        zones = sorted({*list_zones(), current})
        self.zone.choices = [SelectChoice(zone, zone.replace("_", " ")) for zone in zones]


@lru_cache(maxsize=1)
def list_zones() -> tuple[str, ...]:
    """Return the IANA zones that are named for places, and UTC."""
    zones = available_timezones()
    places = (zone for zone in zones if "/" in zone and not zone.startswith(NO_PLACES))
    return ("UTC", *sorted(places))
