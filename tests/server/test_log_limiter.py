"""Events that are logged seldom."""

from structlog.testing import capture_logs

from trialogue_server.obs.log_limiter import MOST, PERIOD, LogLimiter
from trialogue_server.obs.logs import get_logger


def test_the_first_are_logged_and_the_others_counted() -> None:
    seldom = LogLimiter()
    with capture_logs() as logs:
        for number in range(MOST + 5):
            seldom.log(100.0, get_logger().info, "refused", number=number)
        seldom.log(100.0, get_logger().info, "another")
        seldom.close(100.0 + PERIOD - 1)
        assert [entry["event"] for entry in logs] == ["refused"] * MOST + ["another"]
        seldom.close(100.0 + PERIOD)
        seldom.close(100.0 + PERIOD)
    assert [(entry["of"], entry["count"]) for entry in logs if "of" in entry] == [("refused", 5)]


def test_a_new_period_begins_with_what_was_not_logged() -> None:
    seldom = LogLimiter()
    with capture_logs() as logs:
        for _ in range(MOST + 1):
            seldom.log(0.0, get_logger().info, "refused")
        seldom.log(PERIOD, get_logger().info, "refused")
    assert [entry.get("count") for entry in logs[MOST:]] == [1, None]
