"""Who needs a teacher, and the words for why."""

from __future__ import annotations

from cozmic.rules.attention import Signals, find_concern


def test_a_pupil_who_does_well_is_no_concern() -> None:
    assert find_concern(Signals(missing=1, recent=0.8, recent_count=3, earlier=0.85)) is None


def test_a_new_pupil_is_no_concern() -> None:
    assert find_concern(Signals()) is None


def test_missing_work_is_counted_aloud() -> None:
    concern = find_concern(Signals(missing=3))
    assert concern is not None
    assert concern.reasons == ("3 pieces of work missing in the last four weeks",)


def test_slipping_says_from_where_to_where() -> None:
    concern = find_concern(Signals(recent=0.55, recent_count=3, earlier=0.8))
    assert concern is not None
    assert concern.reasons == ("slipping: from 80% to 55% in the last 3 marks",)


def test_slipping_low_is_one_reason_and_not_two() -> None:
    concern = find_concern(Signals(recent=0.38, recent_count=3, earlier=0.88))
    assert concern is not None
    assert concern.reasons == ("slipping: from 88% to 38% in the last 3 marks",)


def test_a_first_mark_concerns_where_it_is_very_low() -> None:
    concern = find_concern(Signals(recent=0.05, recent_count=1))
    assert concern is not None
    assert concern.reasons == ("5% in the only mark so far",)
    two = find_concern(Signals(recent=0.2, recent_count=2))
    assert two is not None
    assert two.reasons == ("average of 20% in 2 marks",)


def test_one_or_two_marks_are_too_few_for_less() -> None:
    assert find_concern(Signals(recent=0.45, recent_count=1)) is None
    assert find_concern(Signals(recent=0.4, recent_count=2, earlier=0.9)) is None


def test_being_stuck_is_named() -> None:
    concern = find_concern(Signals(stuck=1))
    assert concern is not None
    assert concern.reasons[0].startswith("stuck: a piece of work begun")


def test_the_gravest_reason_comes_first_and_weights_add_up() -> None:
    concern = find_concern(Signals(missing=6, stuck=1, recent=0.3, recent_count=3, earlier=0.4))
    assert concern is not None
    assert [reason.split()[0] for reason in concern.reasons] == ["6", "average", "stuck:"]
    lighter = find_concern(Signals(missing=6))
    assert lighter is not None
    assert concern.weight > lighter.weight
