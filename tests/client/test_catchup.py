"""What was said while we were not there: all of it, once, in order.  https://ircv3.net/specs/extensions/chathistory"""

import pytest

from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.actions import History as ShowHistory
from trialogue_client.core.commands.actions import UsageError
from trialogue_client.core.commands.interpret import perform
from trialogue_client.core.search import SearchQuery
from trialogue_client.core.state import Identity
from trialogue_client.engine.buffers import Buffer, BufferKind
from trialogue_client.engine.model import Model
from trialogue_client.engine.older_pages import OlderPages

CAPS = "batch draft/chathistory echo-message labeled-response message-tags server-time"


def feed(chat: Chat, *lines: str) -> list[ev.Event]:
    return chat.receive("".join(f"{line}\r\n" for line in lines).encode())


def sent(chat: Chat) -> list[str]:
    """Return what was asked, and the token of the PING after it."""
    return [
        line for line in chat.data_to_send().decode().split("\r\n")[:-1] if not line.startswith(("CAP", "NICK", "USER"))
    ]


def online(chat: Chat, caps: str = CAPS, account: str = "") -> list[ev.Event]:
    chat.connected()
    logged_in = [f":s 900 bob bob!b@h {account} :You are now logged in"] if account else []
    greeting = ["@time=2026-01-01T10:00:00.000Z :s 001 bob :Welcome bob!b@h"]
    return feed(chat, f":s CAP * LS :{caps}", f":s CAP * ACK :{caps}", *logged_in, *greeting)


def line(number: int, text: str = "", *, source: str = "alice!a@h", target: str = "#lobby", batch: str = "") -> str:
    tags = f"@time=2026-01-01T10:00:{number:02}.000Z;msgid=m{number}{f';batch={batch}' if batch else ''}"
    return f"{tags} :{source} PRIVMSG {target} :{text or number}"


def page(label: str, *numbers: int, target: str = "#lobby", source: str = "alice!a@h") -> list[str]:
    tag = f"@label={label} " if label else ""
    lines = [line(number, batch="1", target=target, source=source) for number in numbers]
    return [f"{tag}:s BATCH +1 chathistory #lobby", *lines, ":s BATCH -1"]


def pong(asked: list[str]) -> str:
    [ping] = [line for line in asked if line.startswith("PING")]
    return f":s PONG s :{ping.split()[1]}"


def texts(events: list[ev.Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, ev.Said)]


@pytest.fixture
def away() -> Chat:
    """A chat that saw one message in #lobby and one from carol, and lost its connection."""
    chat = Chat(Identity("bob"))
    online(chat)
    feed(chat, ":bob!b@h JOIN #lobby", line(1), line(2, source="carol!c@h", target="bob"))
    chat.disconnected()
    return chat


def test_what_was_missed_is_asked_for_once_and_told_in_order(away: Chat) -> None:
    """ "LATEST … Request the most recent messages … sent after" the given one."""
    online(away)
    targets = sent(away)
    assert targets[0].startswith("CHATHISTORY TARGETS timestamp=2026-01-01T10:00:02.000Z ")
    feed(away, pong(targets))
    feed(away, ":bob!b@h JOIN #lobby")
    asked = sent(away)
    assert asked[-2] == "@label=h1 CHATHISTORY LATEST #lobby msgid=m1 200"
    assert feed(away, line(6, "live meanwhile")) == [], "it is told after what was said before it"
    assert away.catching_up
    events = feed(away, *page("h1", 3, 4, 5, 6), pong(asked))
    assert [event for event in events if isinstance(event, ev.Missed)] == [ev.Missed("#lobby", 3)]
    assert texts(events) == ["3", "4", "5", "live meanwhile"]
    assert [event.replayed for event in events if isinstance(event, ev.Said)] == [True, True, True, False], (
        "the one that came live too is told once, as news"
    )
    assert not away.catching_up
    assert texts(feed(away, line(7))) == ["7"]
    assert sent(away) == []


LIMITED = ":s 005 bob CHATHISTORY=3 :are supported by this server"


def test_of_very_much_the_newest_is_told_at_once_and_the_rest_when_one_reads_on_backwards(away: Chat) -> None:
    """The server says how much it gives at once: "CHATHISTORY … the maximum number of messages"."""
    online(away)
    feed(away, LIMITED, pong(sent(away)), ":bob!b@h JOIN #lobby")
    asked = sent(away)
    assert asked[-2] == "@label=h1 CHATHISTORY LATEST #lobby msgid=m1 3"
    events = feed(away, *page("h1", 23, 24, 25), pong(asked))
    assert [event for event in events if isinstance(event, ev.Missed)] == [ev.Missed("#lobby", 3, more=True)]
    assert texts(events) == ["23", "24", "25"]
    assert not away.catching_up
    assert texts(feed(away, line(26))) == ["26"]
    assert away.history("#lobby", 50)
    asked = sent(away)
    assert asked[0] == "@label=h2 CHATHISTORY BEFORE #lobby msgid=m23 3"
    events = feed(away, *page("h2", 1, 21, 22), pong(asked))
    assert texts(events) == ["1", "21", "22"], "what was told before is told again: it is no longer shown"


def test_who_reads_backwards_while_very_much_is_missing_leaves_no_gap(away: Chat) -> None:
    """What was asked for before what was told then is not in front of what is told now."""
    online(away)
    feed(away, LIMITED, pong(sent(away)), ":bob!b@h JOIN #lobby")
    asked = sent(away)
    assert away.history("#lobby", 3)
    older = sent(away)
    assert older[0] == "@label=h2 CHATHISTORY BEFORE #lobby msgid=m1 3"
    assert texts(feed(away, *page("h1", 23, 24, 25), pong(asked))) == ["23", "24", "25"]
    assert feed(away, *page("h2", -2, -1, 0), pong(older))[:-1] == []
    assert away.history("#lobby", 3)
    assert sent(away)[0] == "@label=h3 CHATHISTORY BEFORE #lobby msgid=m23 3"


def test_a_server_that_never_answers_keeps_nothing_back_for_ever(away: Chat) -> None:
    online(away)
    feed(away, pong(sent(away)), ":bob!b@h JOIN #lobby")
    sent(away)
    told = [event for number in range(1_100) for event in feed(away, f":alice!a@h PRIVMSG #lobby :live {number}")]
    assert texts(told)[:1] == ["live 0"]
    assert len(texts(told)) == 1_100
    assert any(isinstance(event, ev.Missed) and event.more for event in told), "there may be more"


def test_a_server_that_sends_more_than_was_asked_for_fills_nothing(away: Chat) -> None:
    online(away)
    feed(away, pong(sent(away)), ":bob!b@h JOIN #lobby")
    asked = sent(away)
    flood = [f"@msgid=f{number};batch=1 :alice!a@h PRIVMSG #lobby :{number}" for number in range(5_000)]
    told = feed(away, "@label=h1 :s BATCH +1 chathistory #lobby", *flood, ":s BATCH -1", pong(asked))
    assert 200 <= len(texts(told)) <= 800
    assert texts(told)[-1] == "4999"


def targets(*names: str) -> list[str]:
    return [
        ":s BATCH +2 draft/chathistory-targets",
        *(f"@batch=2 :s CHATHISTORY TARGETS {name} 2026-01-01T11:00:{name[1:]}.000Z" for name in names),
        ":s BATCH -2",
    ]


def test_the_list_of_people_goes_on_to_its_end(away: Chat) -> None:
    online(away)
    asked = sent(away)
    feed(away, LIMITED)
    feed(away, *targets("p01", "p02", "p03"), pong(asked))
    asked = sent(away)
    assert asked[0].startswith("CHATHISTORY TARGETS timestamp=2026-01-01T11:00:03.000Z ")
    feed(away, *targets("p03", "p04"), pong(asked))
    assert [line.split()[3] for line in sent(away) if "LATEST" in line] == ["p01", "p02", "p03", "p04"]


def test_a_list_of_people_that_never_ends_is_given_up_on(away: Chat) -> None:
    online(away)
    feed(away, LIMITED)
    lists, asked = 0, sent(away)
    while any("TARGETS" in line for line in asked):
        lists += 1
        assert lists < 100
        feed(away, *targets(*(f"p{lists % 60:02}" for _ in range(3))), pong(asked))
        asked = sent(away)


def test_people_are_caught_up_with_a_few_at_a_time(away: Chat) -> None:
    online(away)
    feed(away, *targets(*(f"p{number:02}" for number in range(25))), pong(sent(away)))
    asked = [line for line in sent(away) if line.startswith(("@label", "PING"))]
    assert sum("LATEST" in line for line in asked) == 10
    pongs = [f":s PONG s :{line.split()[1]}" for line in asked if line.startswith("PING")]
    feed(away, *pongs)
    assert sum("LATEST" in line for line in sent(away)) == 10
    assert away.catching_up


def test_a_server_that_knows_messages_by_their_time_alone_is_asked_by_time(away: Chat) -> None:
    """ "MSGREFTYPES … a comma-separated list of message reference types" (soju has only `timestamp`)."""
    online(away)
    feed(away, ":s 005 bob MSGREFTYPES=timestamp :are supported", pong(sent(away)), ":bob!b@h JOIN #lobby")
    asked = sent(away)
    assert asked[-2] == "@label=h1 CHATHISTORY LATEST #lobby timestamp=2026-01-01T10:00:00.999Z 200"
    assert texts(feed(away, *page("h1", 1, 3), pong(asked))) == ["3"], "what was told is known by its id"
    assert away.history("#lobby", 50)
    assert sent(away)[0] == "@label=h2 CHATHISTORY BEFORE #lobby timestamp=2026-01-01T10:00:01.001Z 50"
    assert away.page("#lobby", "AROUND", "m3", 50)
    assert sent(away)[0] == "@label=p1 CHATHISTORY AROUND #lobby timestamp=2026-01-01T10:00:03.000Z 50"


def test_direct_messages_are_found_by_whom_there_is_history_with(away: Chat) -> None:
    """ "CHATHISTORY TARGETS <timestamp=> <timestamp=> <limit>" lists them; of dave we have seen nothing."""
    online(away)
    targets = sent(away)
    assert feed(away, line(9, source="dave!d@h", target="bob")) == [], "nobody knows yet what came before it"
    feed(
        away,
        ":s BATCH +2 draft/chathistory-targets",
        "@batch=2 :s CHATHISTORY TARGETS #lobby 2026-01-01T10:00:05.000Z",
        "@batch=2 :s CHATHISTORY TARGETS carol 2026-01-01T10:00:05.000Z",
        "@batch=2 :s CHATHISTORY TARGETS dave 2026-01-01T10:00:09.000Z",
        ":s BATCH -2",
        pong(targets),
    )
    asked = [line for line in sent(away) if "LATEST" in line]
    assert asked == [
        "@label=h1 CHATHISTORY LATEST carol msgid=m2 200",
        "@label=h2 CHATHISTORY LATEST dave timestamp=2026-01-01T10:00:02.000Z 200",
    ]


def test_the_connection_may_break_before_all_has_come(away: Chat) -> None:
    online(away)
    feed(away, pong(sent(away)), ":bob!b@h JOIN #lobby")
    sent(away)
    feed(away, *page("h1", 3, 4), line(6))
    assert texts(away.disconnected()) == ["6"], "what came live is not kept from anybody"
    online(away)
    feed(away, pong(sent(away)), ":bob!b@h JOIN #lobby")
    assert "CHATHISTORY LATEST #lobby msgid=m1 200" in sent(away)[-2], (
        "the page that was half of the answer is asked again"
    )


def test_a_message_that_the_server_has_forgotten_is_replaced_by_its_time(away: Chat) -> None:
    online(away)
    feed(away, pong(sent(away)), ":bob!b@h JOIN #lobby")
    asked = sent(away)
    refusal = "@label=h1 :s FAIL CHATHISTORY INVALID_PARAMS AFTER msgid=m1 :No such message"
    assert [type(event) for event in feed(away, refusal, pong(asked))] == [ev.Ponged]
    assert sent(away)[0] == "@label=h2 CHATHISTORY LATEST #lobby timestamp=2026-01-01T10:00:01.000Z 200"


def test_a_server_without_history_is_asked_nothing_and_nothing_is_held_back() -> None:
    chat = Chat(Identity("bob"), first_page=20)
    for _ in range(2):
        online(chat, "echo-message message-tags server-time")
        sent(chat)
        assert texts(feed(chat, ":bob!b@h JOIN #lobby", line(1))) == ["1"]
        assert sent(chat) == []
        chat.disconnected()


def test_in_a_new_room_one_page_is_shown_if_that_is_wanted() -> None:
    chat = Chat(Identity("bob"), first_page=20)
    online(chat)
    sent(chat)
    feed(chat, ":bob!b@h JOIN #lobby")
    asked = sent(chat)
    assert asked[0] == "@label=h1 CHATHISTORY LATEST #lobby * 20"
    events = feed(chat, *page("h1", 1, 2), line(3), pong(asked))
    assert texts(events) == ["1", "2", "3"]
    assert not any(isinstance(event, ev.Missed) for event in events), "who was never here has missed nothing"
    assert sent(chat) == []


def test_an_account_begins_where_it_stopped_reading_on_any_device() -> None:
    """ "When a channel is joined … the server MUST send a MARKREAD"  https://ircv3.net/specs/extensions/read-marker"""
    chat = Chat(Identity("bob"), first_page=20)
    online(chat, f"{CAPS} draft/read-marker sasl", account="bob")
    targets = sent(chat)
    assert targets[0].startswith("CHATHISTORY TARGETS timestamp=1970-01-01T00:00:00.000Z")
    feed(chat, pong(targets), ":bob!b@h JOIN #lobby")
    sent(chat)
    feed(chat, ":s MARKREAD #lobby timestamp=2026-01-01T10:00:02.000Z")
    asked = sent(chat)
    assert asked[0] == "@label=h1 CHATHISTORY LATEST #lobby timestamp=2026-01-01T10:00:02.000Z 200"
    events = feed(chat, *page("h1", 3), pong(asked))
    assert ev.Missed("#lobby", 1) in events
    chat.mark_read("#lobby")
    assert sent(chat) == ["MARKREAD #lobby timestamp=2026-01-01T10:00:03.000Z"]


def test_without_a_marker_an_account_is_shown_one_page() -> None:
    chat = Chat(Identity("bob"), first_page=20)
    online(chat, f"{CAPS} draft/read-marker sasl", account="bob")
    feed(chat, pong(sent(chat)), ":bob!b@h JOIN #lobby", ":s MARKREAD #lobby *")
    assert "CHATHISTORY LATEST #lobby * 20" in sent(chat)[-2]


def test_one_may_read_on_backwards() -> None:
    chat = Chat(Identity("bob"))
    online(chat)
    feed(chat, ":bob!b@h JOIN #lobby", line(5))
    sent(chat)
    assert chat.history("#lobby", 2)
    asked = sent(chat)
    assert asked[0] == "@label=h1 CHATHISTORY BEFORE #lobby msgid=m5 2"
    assert texts(feed(chat, line(6))) == ["6"], "nothing is held back for it"
    assert texts(feed(chat, *page("h1", 3, 4), pong(asked))) == ["3", "4"]
    chat.history("#lobby", 2)
    asked = sent(chat)
    assert asked[0] == "@label=h2 CHATHISTORY BEFORE #lobby msgid=m3 2"
    assert feed(chat, *page("h2"), pong(asked))[-1] == ev.NoEarlier("#lobby")


def test_what_is_found_is_told_apart_from_what_is_said() -> None:
    """ "a batch of batch type `search`"  https://github.com/ircv3/ircv3-specifications/pull/496"""
    chat = Chat(Identity("bob"))
    online(chat, f"{CAPS} draft/search")
    assert chat.search(SearchQuery("red tulips", "carol"))
    asked = sent(chat)
    assert "SEARCH text=red\\stulips;from=carol" in asked
    found = [":s BATCH +1 draft/search", line(1, batch="1"), line(2, batch="1", target="#den"), ":s BATCH -1"]
    assert feed(chat, *found) == []
    [answer, _] = feed(chat, pong(asked[-1:]))
    assert isinstance(answer, ev.Found)
    assert answer.wanted == "red tulips from carol"
    assert [one.target for one in answer.results] == ["#lobby", "#den"]
    assert chat.recall.get("m1") is None, "it is on no screen yet as a message of its room"


def test_a_room_that_we_have_left_tells_nothing_more(away: Chat) -> None:
    online(away)
    feed(away, pong(sent(away)), ":bob!b@h JOIN #lobby")
    asked = sent(away)
    assert texts(feed(away, page("h1", 3)[0], page("h1", 3)[1], ":bob!b@h PART #lobby")) == ["3"]
    assert texts(feed(away, line(4, batch="1"), ":s BATCH -1", pong(asked))) == []


def test_who_comes_back_to_what_is_shown_no_more_begins_anew() -> None:
    chat = Chat(Identity("bob"), first_page=20)
    online(chat)
    feed(chat, ":bob!b@h JOIN #lobby")
    feed(chat, pong(sent(chat)[-1:]), line(1), line(2), ":bob!b@h PART #lobby")
    chat.forget("#lobby")
    feed(chat, ":bob!b@h JOIN #lobby")
    asked = sent(chat)
    assert "CHATHISTORY LATEST #lobby * 20" in asked[0]
    assert texts(feed(chat, *page("h2", 1, 2), pong(asked))) == ["1", "2"]


def test_one_may_read_on_from_a_chosen_message() -> None:
    chat = Chat(Identity("bob"))
    online(chat)
    feed(chat, ":bob!b@h JOIN #lobby", line(5), line(6))
    sent(chat)
    assert chat.history("#lobby", 2, "m6")
    assert sent(chat)[0] == "@label=h1 CHATHISTORY BEFORE #lobby msgid=m6 2"


def test_what_was_missed_is_asked_for_under_the_name_that_the_room_has_now(away: Chat) -> None:
    online(away, f"{CAPS} draft/channel-rename")
    feed(away, pong(sent(away)), ":bob!b@h JOIN #lobby")
    asked = sent(away)
    feed(away, ":alice!a@h RENAME #lobby #hall :")
    assert texts(feed(away, *page("h1", 3, target="#hall"), pong(asked))) == ["3"]
    assert away.history("#hall", 50)
    assert "CHATHISTORY BEFORE #hall msgid=m1 50" in sent(away)[0]


def test_the_page_before_the_first_is_not_asked_for_while_that_is_on_its_way() -> None:
    """It would be the same page again: nothing new, and so, it would seem, the end of all history."""
    chat = Chat(Identity("bob"), first_page=20)
    online(chat)
    feed(chat, ":bob!b@h JOIN #lobby")
    asked, history, lobby = sent(chat), OlderPages(Model(chat)), Buffer("#lobby", BufferKind.ROOM)
    assert not history.older(lobby)
    with pytest.raises(UsageError, match="still on its way"):
        perform(ShowHistory("#lobby", 20), chat)
    assert sent(chat) == []
    assert texts(feed(chat, *page("h1", 8, 9), pong(asked))) == ["8", "9"]
    assert history.older(lobby)
    assert "CHATHISTORY BEFORE #lobby msgid=m8 50" in sent(chat)[0]


def test_after_a_page_of_reactions_alone_the_one_before_it_may_be_asked_for() -> None:
    chat = Chat(Identity("bob"))
    online(chat)
    feed(chat, ":bob!b@h JOIN #lobby", line(5))
    model = Model(chat)
    history, lobby = OlderPages(model), model.open("#lobby")
    sent(chat)
    assert history.older(lobby)
    reaction = "@batch=p;time=2026-01-01T00:00:00.000Z;msgid=m1;+draft/react=x;+draft/reply=m0 :alice!a@h TAGMSG #lobby"
    told = feed(chat, "@label=h1 BATCH +p chathistory #lobby", reaction, "BATCH -p", pong(sent(chat)))
    assert told
    for event in told:
        history.follow(event)
    history.settle()
    assert history.older(lobby)


def test_of_whom_nothing_was_ever_read_all_is_news() -> None:
    """They wrote while we were not here, for the first time; it must not look as if it had been read."""
    chat = Chat(Identity("bob"), first_page=20)
    online(chat, f"{CAPS} draft/read-marker", account="bob")
    targets = sent(chat)
    feed(chat, "CHATHISTORY TARGETS carol 2026-01-01T10:00:02.000Z", pong(targets))
    marks = sent(chat)
    assert marks[0] == "MARKREAD carol"
    feed(chat, ":s MARKREAD carol *")
    asked = sent(chat)
    told = feed(chat, *page("h1", 1, 2, target="bob", source="carol!c@h"), pong(asked))
    assert told[1] == ev.Missed("carol", 2)
    assert texts(told) == ["1", "2"]


def test_what_we_have_answered_is_no_news() -> None:
    chat = Chat(Identity("bob"), first_page=20)
    online(chat, f"{CAPS} draft/read-marker", account="bob")
    feed(chat, "CHATHISTORY TARGETS carol 2026-01-01T10:00:02.000Z", pong(sent(chat)))
    sent(chat)
    feed(chat, ":s MARKREAD carol *")
    asked = sent(chat)
    pages = [line(1, batch="1", target="bob", source="carol!c@h"), line(2, batch="1", target="carol", source="bob!b@h")]
    told = feed(chat, "@label=h1 :s BATCH +1 chathistory carol", *pages, ":s BATCH -1", pong(asked))
    assert not any(isinstance(event, ev.Missed) for event in told)


def test_what_was_held_back_when_the_connection_broke_is_told_once(away: Chat) -> None:
    online(away)
    feed(away, ":bob!b@h JOIN #lobby", line(4))
    assert texts(away.disconnected()) == ["4"]
    online(away)
    sent(away)
    feed(away, ":bob!b@h JOIN #lobby")
    asked = sent(away)
    assert asked[-2] == "@label=h2 CHATHISTORY LATEST #lobby msgid=m1 200"
    assert texts(feed(away, *page("h2", 3, 4), pong(asked[-1:]))) == ["3"]


def test_what_was_held_back_is_told_once_and_what_is_missing_is_asked_for(away: Chat) -> None:
    """When the connection breaks, or one leaves the room, before the page has come."""
    for ending in ("PART #lobby", ""):
        online(away)
        asked = sent(away)
        feed(away, *([pong(asked)] if asked else []), ":bob!b@h JOIN #lobby")
        assert "CHATHISTORY LATEST #lobby msgid=m1 200" in sent(away)[-2]
        held = feed(away, line(4), f":bob!b@h {ending}") if ending else [*feed(away, line(5)), *away.disconnected()]
        assert texts(held) == (["4"] if ending else ["5"])
        if ending:
            away.disconnected()
    online(away)
    asked = sent(away)
    feed(away, pong(asked), ":bob!b@h JOIN #lobby")
    asked = sent(away)
    label = asked[-2].split()[0].removeprefix("@label=")
    assert "CHATHISTORY LATEST #lobby msgid=m1 200" in asked[-2], "it begins where the gap does"
    assert texts(feed(away, *page(label, 3, 4, 5, 6), pong(asked))) == ["3", "6"]


def at(moment: str, msgid: str, *, source: str = "alice!a@h", batch: str = "") -> str:
    """Return a message of a given time, whose text is its id."""
    tags = f"@time=2026-01-01T{moment}.000Z;msgid={msgid}{f';batch={batch}' if batch else ''}"
    return f"{tags} :{source} PRIVMSG #lobby :{msgid}"


def history(label: str, *lines: str) -> list[str]:
    return [f"@label={label} :s BATCH +1 chathistory #lobby", *lines, ":s BATCH -1"]


def test_our_own_line_that_is_sent_again_is_not_the_first_of_a_page_that_has_a_gap_before_it(away: Chat) -> None:
    """It was kept on the last connection: what was said between it and the page would never be asked for."""
    online(away)
    feed(away, LIMITED, pong(sent(away)), ":bob!b@h JOIN #lobby")
    asked = sent(away)
    assert feed(away, at("09:59:30", "ours", source="bob!b@h")) == []
    events = feed(away, *page("h1", 23, 24, 25), pong(asked))
    assert texts(events) == ["23", "24", "25", "ours"]
    assert away.history("#lobby", 50)
    asked = sent(away)
    assert asked[0] == "@label=h2 CHATHISTORY BEFORE #lobby msgid=m23 3"
    before = [at("09:59:30", "ours", source="bob!b@h", batch="1"), line(21, batch="1"), line(22, batch="1")]
    assert texts(feed(away, *history("h2", *before), pong(asked))) == ["21", "22"], "it is told once"


def test_when_the_servers_clock_was_set_back_what_came_last_is_the_last() -> None:
    chat = Chat(Identity("bob"))
    online(chat)
    feed(chat, ":bob!b@h JOIN #lobby", at("12:00:00", "first"), at("11:00:00", "last"))
    chat.disconnected()
    online(chat)
    feed(chat, pong(sent(chat)), ":bob!b@h JOIN #lobby")
    assert sent(chat)[-2] == "@label=h1 CHATHISTORY LATEST #lobby msgid=last 200"


def test_when_the_servers_clock_was_set_back_one_may_read_on_backwards() -> None:
    chat = Chat(Identity("bob"))
    online(chat)
    feed(chat, ":bob!b@h JOIN #lobby", at("11:00:00", "told"))
    sent(chat)
    for known, earlier in (("told", "12:00:01"), ("12:00:01", "12:00:00")):
        assert chat.history("#lobby", 50)
        asked = sent(chat)
        assert f"BEFORE #lobby msgid={known} " in asked[0]
        label = asked[0].split()[0].removeprefix("@label=")
        assert texts(feed(chat, *history(label, at(earlier, earlier, batch="1")), pong(asked))) == [earlier]


def test_when_the_servers_clock_was_set_back_a_page_and_what_was_said_meanwhile_are_in_order(away: Chat) -> None:
    """By its time our own line is one of the last connection."""
    online(away)
    feed(away, pong(sent(away)), ":bob!b@h JOIN #lobby")
    asked = sent(away)
    ours = at("09:00:01", "ours", source="bob!b@h")
    assert feed(away, at("09:00:00", "theirs"), ours, at("09:00:03", "later")) == []
    came = [at("09:00:00", "theirs", batch="1"), at("09:00:01", "ours", source="bob!b@h", batch="1")]
    assert texts(feed(away, *history("h1", *came), pong(asked))) == ["theirs", "ours", "later"]
