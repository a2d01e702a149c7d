"""The examples that Hypothesis makes are the same in every run, so that a red test is red for everybody.

Look for new ones with ``pytest tests/wire --hypothesis-profile=explore``.
"""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None, max_examples=100)
settings.register_profile("explore", derandomize=False, deadline=None, database=None, max_examples=1500)

if settings.get_current_profile_name() != "explore":
    settings.load_profile("repeatable")
