"""The stages that every event passes before it is told, each with one signature: an event in, events out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from trialogue_client.core.events import Event

Stage = Callable[[Event], Iterable[Event]]
"""Gives the event on, gives others in its place, or keeps it back."""


def passed(event: Event, stages: Sequence[Stage]) -> Iterator[Event]:
    """Give an event to the first stage, what comes of it to the next, and so on; the last one's events come out.

    Each event comes out before the next one is made.
    """
    events = iter((event,))
    for stage in stages:
        events = chain.from_iterable(map(stage, events))
    return events
