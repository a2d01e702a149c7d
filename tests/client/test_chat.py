"""The lasting part of the core: what survives a connection."""

from ircwire.source import Source
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.state import Identity


def feed(chat: Chat, *lines: str) -> list[ev.Event]:
    return chat.receive("".join(f"{line}\r\n" for line in lines).encode())


def sent(chat: Chat) -> list[str]:
    return [
        line for line in chat.data_to_send().decode().split("\r\n")[:-1] if not line.startswith(("CAP", "USER", "NICK"))
    ]


def online(chat: Chat) -> list[ev.Event]:
    chat.connected()
    events = feed(chat, ":s 001 bob :Welcome bob!b@h")
    for room in chat.autojoin:
        events += feed(chat, f":bob!b@h JOIN {room}")
    return events


def test_a_line_typed_while_disconnected_is_sent_after_the_room_is_joined() -> None:
    chat = Chat(Identity("bob"))
    assert chat.say("#lobby", "early") == [ev.LineQueued("#lobby", "early")]
    chat.connected()
    feed(chat, ":s 001 bob :Welcome bob!b@h")
    assert sent(chat) == ["JOIN #lobby"]
    assert [type(event) for event in feed(chat, ":bob!b@h JOIN #lobby")] == [ev.Joined, ev.Said]
    assert sent(chat)[0] == "PRIVMSG #lobby early"


def test_lines_to_one_target_keep_their_order() -> None:
    chat = Chat(Identity("bob"))
    chat.say("#lobby", "one")
    chat.connected()
    chat.say("#lobby", "two")
    feed(chat, ":s 001 bob :Welcome bob!b@h")
    chat.say("#lobby", "three")
    feed(chat, ":bob!b@h JOIN #lobby")
    assert [line for line in sent(chat) if line.startswith("PRIVMSG")] == [
        "PRIVMSG #lobby one",
        "PRIVMSG #lobby two",
        "PRIVMSG #lobby three",
    ]


def test_a_line_on_its_way_when_the_connection_breaks_is_reported_and_not_repeated() -> None:
    chat = Chat(Identity("bob"))
    online(chat)
    chat.say("#lobby", "did it arrive?")
    sent(chat)
    assert chat.disconnected() == [ev.NotSent("#lobby", "did it arrive?", "the connection was lost", sure=False)]
    online(chat)
    assert sent(chat) == ["JOIN #lobby"]
    assert chat.lines == []


def test_rooms_are_joined_again_with_their_keys_but_not_those_that_we_left() -> None:
    chat = Chat(Identity("bob"), ["#lobby"])
    online(chat)
    chat.join("#den", "sesame")
    chat.join("#attic")
    feed(chat, ":bob!b@h JOIN #den", ":bob!b@h JOIN #attic", ":alice!a@h KICK #lobby bob :out")
    chat.part("#attic")
    sent(chat)
    chat.disconnected()
    online(chat)
    assert sent(chat) == ["JOIN #den sesame"]


def test_a_room_that_lets_us_not_in_gives_the_waiting_lines_back() -> None:
    chat = Chat(Identity("bob"))
    chat.connected()
    chat.say("#lobby", "hello?")
    feed(chat, ":s 001 bob :Welcome bob!b@h")
    events = feed(chat, ":s 473 bob #lobby :Cannot join channel (+i)")
    assert events[1:] == [ev.NotSent("#lobby", "hello?", "Cannot join channel (+i)", sure=True)]
    assert chat.autojoin == {}


def test_a_refused_line_is_reported() -> None:
    chat = Chat(Identity("bob"))
    online(chat)
    chat.say("nobody", "hi")
    events = feed(chat, ":s 401 bob nobody :No such nick")
    assert events[-1] == ev.NotSent("nobody", "hi", "No such nick", sure=True)
    assert chat.lines == []


def test_with_echo_the_client_says_nothing_twice() -> None:
    chat = Chat(Identity("bob"))
    chat.connected()
    feed(chat, ":s CAP * LS :echo-message", ":s CAP * ACK :echo-message")
    feed(chat, ":s 001 bob :Welcome bob!b@h", ":bob!b@h JOIN #lobby")
    assert chat.say("#lobby", "hi") == []
    assert len(chat.lines) == 1
    assert [type(event) for event in feed(chat, ":bob!b@h PRIVMSG #lobby :hi")] == [ev.Said, ev.Delivered]
    assert chat.lines == []


def test_the_nick_that_we_have_is_the_one_that_we_come_back_with() -> None:
    chat = Chat(Identity("bob"))
    online(chat)
    feed(chat, ":bob!b@h NICK robert")
    chat.disconnected()
    chat.connected()
    assert b"NICK robert\r\n" in chat.data_to_send()


def test_a_text_that_no_server_can_take_is_reported() -> None:
    chat = Chat(Identity("bob"))
    online(chat)
    assert chat.say(":x", "hi") == [ev.NotSent(":x", "hi", "that is not a name", sure=True)]


def test_names_are_compared_as_the_server_does_also_while_there_is_no_connection() -> None:
    """ "CASEMAPPING … ascii"  https://modern.ircdocs.horse/#casemapping-parameter"""
    chat = Chat(Identity("bob"))
    online(chat)
    assert chat.fold("[A]") == "{a}"
    feed(chat, ":s 005 bob CASEMAPPING=ascii :are supported")
    chat.disconnected()
    assert chat.fold("[A]") == "[a]"
    chat.connected()
    feed(chat, ":s 001 bob :Welcome", ":s 005 bob NICKLEN=20 :are supported")
    assert chat.fold("[A]") == "[a]"


def test_a_name_that_was_refused_is_not_the_one_to_come_back_with() -> None:
    chat = Chat(Identity("bob"))
    online(chat)
    chat.rename("admin")
    feed(chat, ":s 433 bob admin :Nickname is already in use")
    chat.disconnected()
    assert chat.identity.nick == "bob"


def test_who_goes_back_to_a_room_need_not_say_its_key_again() -> None:
    chat = Chat(Identity("bob"))
    online(chat)
    chat.join("#den", "sesame")
    chat.join("#Den")
    assert chat.autojoin == {"#lobby": "", "#Den": "sesame"}


def test_a_room_that_leads_elsewhere_is_not_waited_for() -> None:
    """ "470 … Forwarding to another channel", as some networks say it when one joins."""
    chat = Chat(Identity("bob"), ["#den"])
    chat.connected()
    feed(chat, ":s 001 bob :Welcome")
    chat.say("#den", "hi")
    told = feed(chat, ":s 470 bob #den ##den :Forwarding to another channel", ":bob!b@h JOIN ##den")
    assert ev.NotSent("#den", "hi", "Forwarding to another channel", sure=True) in told
    assert chat.autojoin == {"##den": ""}


def test_a_server_that_leaves_out_who_has_come_or_gone_does_no_harm() -> None:
    chat = Chat(Identity("bob"))
    chat.connected()
    chat.rename("bob2", meanwhile=True)
    feed(chat, ":s 001 bob2 :Welcome", ":s 005 bob2 MONITOR=10 :are supported")
    assert [type(event) for event in feed(chat, ":s 731 bob2")] == [ev.ServerReply]


def test_a_room_with_another_name_is_the_same_room() -> None:
    """ "RENAME <channel> <new channel> :[reason]"  https://ircv3.net/specs/extensions/channel-rename"""
    chat = Chat(Identity("bob"))
    chat.connected()
    feed(chat, ":s CAP * LS :draft/channel-rename", ":s CAP * ACK :draft/channel-rename", ":s 001 bob :Welcome")
    chat.join("#den", "sesame")
    feed(chat, ":bob!b@h JOIN #lobby", ":s 353 bob = #lobby :@alice bob", ":s 366 bob #lobby :End")
    chat.say("#den", "still waiting")
    [renamed] = feed(chat, ":alice!a@h RENAME #lobby #Hall :Typo")
    assert renamed == ev.RoomRenamed("#lobby", "#Hall", Source("alice", "a", "h"), "Typo")
    feed(chat, ":alice!a@h RENAME #den #attic :")
    assert chat.autojoin == {"#Hall": "", "#attic": "sesame"}
    assert [line.target for line in chat.lines] == ["#attic"]
    assert chat.session is not None
    room = chat.session.state.rooms.get("#hall")
    assert room is not None
    assert (room.name, [one.nick for one in room.members.values()]) == ("#Hall", ["bob", "alice"])
    assert chat.session.state.rooms.get("#lobby") is None
