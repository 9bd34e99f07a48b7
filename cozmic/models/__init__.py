"""Typed tables, constraints and indices; no queries.

There are no relationships: a screen selects the columns it shows, and a write loads the rows it changes.
"""

from cozmic.models.assignments import Assignment, AssignmentItem
from cozmic.models.audit import AuditEvent
from cozmic.models.classrooms import Announcement, Classroom, Enrolment
from cozmic.models.failures import FailureCount
from cozmic.models.grades import Grade, GradeChange
from cozmic.models.measurements import Alert, Measurement
from cozmic.models.people import Invitation, User, UserSession
from cozmic.models.questions import Question, Skill
from cozmic.models.revisions import ClassroomRevision, PersonRevision, SchoolRevision
from cozmic.models.school import School
from cozmic.models.work import Response, Submission

__all__ = [
    "Alert",
    "Announcement",
    "Assignment",
    "AssignmentItem",
    "AuditEvent",
    "Classroom",
    "ClassroomRevision",
    "Enrolment",
    "FailureCount",
    "Grade",
    "GradeChange",
    "Invitation",
    "Measurement",
    "PersonRevision",
    "Question",
    "Response",
    "School",
    "SchoolRevision",
    "Skill",
    "Submission",
    "User",
    "UserSession",
]
