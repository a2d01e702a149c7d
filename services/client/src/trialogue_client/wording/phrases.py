"""Events → rows of text: what a person reads. One row of the table for each kind of event; the others are not shown."""

from collections.abc import Callable
from typing import Any

from trialogue_client.core import events as ev
from trialogue_client.core.events.connection import DialStarted, Lost
from trialogue_client.wording import connection, people, speech
from trialogue_client.wording.rows import Row, View


def rows(event: ev.Event, view: View) -> list[Row]:
    """Return what to show for one event, often nothing."""
    make = _PHRASES.get(type(event))
    return make(event, view) if make and not view.is_repeated(event) else []


_PHRASES: dict[type[ev.Event], Callable[[Any, View], list[Row]]] = {
    DialStarted: connection.dialling,
    Lost: connection.lost,
    ev.Registered: connection.registered,
    ev.MustEncrypt: connection.must_encrypt,
    ev.NickTaken: connection.taken,
    ev.NickRefused: connection.nick_refused,
    ev.Said: speech.said,
    ev.Noticed: speech.noticed,
    ev.Tagged: speech.tagged,
    ev.Redacted: speech.redacted,
    ev.Missed: speech.missed,
    ev.NoEarlier: speech.no_earlier,
    ev.Found: speech.found,
    ev.LoggedIn: connection.logged_in,
    ev.LoggedOut: connection.logged_out,
    ev.RightsEnded: connection.rights_ended,
    ev.StatusEnded: connection.status_ended,
    ev.LoginFailed: connection.login_failed,
    ev.AccountMade: connection.account_made,
    ev.Joined: people.joined,
    ev.Parted: people.parted,
    ev.Kicked: people.kicked,
    ev.Quit: people.gone,
    ev.Renamed: people.renamed,
    ev.RoomRenamed: people.room_renamed,
    ev.NamesListed: people.names,
    ev.TopicChanged: people.topic_changed,
    ev.TopicTold: people.topic_told,
    ev.ModeChanged: people.mode,
    ev.Invited: people.invited,
    ev.AwayChanged: people.away,
    ev.BlockChanged: people.block_changed,
    ev.BlockListed: people.block_listed,
    ev.ServerReply: connection.reply,
    ev.Refused: connection.refused,
    ev.StandardReply: connection.standard_reply,
    ev.LineQueued: speech.waiting,
    ev.NotSent: speech.not_sent,
}
