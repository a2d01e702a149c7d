"""How often a password may be guessed."""

from trialogue_server.config.schema import AccountsSection
from trialogue_server.session.login_guard import LoginGuard

KEY = ("alice",)


def guard(attempts: int, window: float = 60.0) -> LoginGuard:
    return LoginGuard(AccountsSection(login_attempts=attempts, login_window=window))


def test_after_so_many_failures_it_is_time_to_wait() -> None:
    guarded = guard(2)
    guarded.failed(KEY, 0.0)
    assert guarded.wait(KEY, 1.0) == 0.0
    guarded.failed(KEY, 10.0)
    assert guarded.wait(KEY, 11.0) == 49.0
    assert guarded.wait(KEY, 60.0) == 0.0, "the first one is forgotten"
    assert guarded.wait(("bob",), 11.0) == 0.0


def test_new_limits_are_for_the_failures_before_as_well() -> None:
    guarded = guard(5)
    for at in (0.0, 10.0, 20.0):
        guarded.failed(KEY, at)
    guarded.limits = guard(2, 30.0).limits
    assert guarded.wait(KEY, 21.0) == 19.0, "of the last two"
    guarded.limits = guard(4).limits
    assert guarded.wait(KEY, 21.0) == 0.0
    guarded.failed(KEY, 21.0)
    assert guarded.wait(KEY, 21.0) == 39.0
    guarded.limits = guard(0).limits
    assert guarded.wait(KEY, 21.0) == 0.0, "no limit"


def test_a_guess_takes_its_place_before_its_outcome_is_known() -> None:
    guarded = guard(2)
    first, second = guarded.reserve(KEY, 0.0), guarded.reserve(KEY, 0.0)
    assert (guarded.is_busy(KEY, 0.0), guarded.wait(KEY, 0.0)) == (True, 0.0)
    guarded.settle(first, right=True)
    assert not guarded.is_busy(KEY, 0.0)
    guarded.settle(second, right=False)
    guarded.settle(guarded.reserve(KEY, 5.0), right=False)
    assert guarded.wait(KEY, 5.0) == 55.0


def test_a_guess_of_which_nobody_hears_any_more_counts_as_wrong() -> None:
    guarded = guard(1)
    guarded.reserve(KEY, 0.0)
    assert guarded.wait(KEY, 9.0) == 0.0
    assert guarded.wait(KEY, 10.0) == 50.0


def test_what_was_right_takes_no_place_under_any_key() -> None:
    guarded = guard(1)
    guarded.settle(guarded.reserve(("alice", "from here"), 0.0), right=True)
    assert len(guarded) == 0


def test_a_success_forgets_failures_and_no_guess_that_is_open() -> None:
    guarded = guard(2)
    guarded.failed(KEY, 0.0)
    guess = guarded.reserve(KEY, 0.0)
    guarded.succeeded("alice")
    guarded.settle(guess, right=False)
    guarded.failed(KEY, 0.0)
    assert guarded.wait(KEY, 0.0) == 60.0
