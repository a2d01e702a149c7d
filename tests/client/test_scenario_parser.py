"""The scenario language: every form, and every mistake with its line and its remedy."""

import re
from pathlib import Path

import pytest

from ircwire.casemap import ascii_fold
from trialogue_client.core.session import Session
from trialogue_client.core.state import Identity
from trialogue_client.script.parser import parse, read
from trialogue_client.script.patterns import (
    Answer,
    Earlier,
    Gap,
    Kick,
    Pattern,
    Reaction,
    RedactionPattern,
    SearchPattern,
    TalkPattern,
)
from trialogue_client.script.scenario import (
    Action,
    Cannot,
    ConnectStep,
    Disconnected,
    Drop,
    JoinStep,
    LeaveRoom,
    LogInStep,
    MakeAccount,
    NotSees,
    Pause,
    QuitServer,
    SayStep,
    ScenarioError,
    Sees,
    SendLine,
    Type,
    WaitFor,
)
from trialogue_client.script.sights import sight

PATH = Path("talk.scenario")
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "scenarios.md"


def step(text: str) -> Action:
    scenario = parse(f"actors alice, bob, carol\n{text}\n", PATH)
    assert len(scenario.steps) == 1
    return scenario.steps[0].action


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("alice: hello: you", SayStep("#lobby", "hello: you")),
        ("alice:hello", SayStep("#lobby", "hello")),
        ("  alice: indented", SayStep("#lobby", "indented")),
        ("alice in #den: hello", SayStep("#den", "hello")),
        ("alice to bob: psst", SayStep("bob", "psst")),
        ("alice /topic a b", Type("/topic a b", "#lobby")),
        ("alice raw: MODE #x +m", SendLine("MODE #x +m")),
        ("alice connects", ConnectStep()),
        ("alice connects as allie", ConnectStep("allie")),
        ("alice connects as allie with password sesame", ConnectStep("allie", "sesame")),
        ("alice registers with sesame", MakeAccount("sesame")),
        ("alice logs in with sesame", LogInStep("sesame")),
        ("alice cannot log in with guess (904)", Cannot(LogInStep("guess"), "904")),
        ("alice cannot connect with password guess", Cannot(ConnectStep("", "guess"))),
        ("alice cannot register with x", Cannot(MakeAccount("x"))),
        ("alice missed 3", Sees(Gap("#lobby", 3))),
        ("alice missed 1 in #den", Sees(Gap("#den", 1))),
        ("alice missed 1 from bob", Sees(Gap("bob", 1))),
        ("alice finds bob in #den: tulips*", Sees(SearchPattern(TalkPattern("bob", "#den", "tulips*")))),
        ("alice sees bob reply: alice: yes", Sees(Answer("bob", "#lobby", "alice: yes"))),
        ("alice sees earlier bob reply to alice: yes", Sees(Earlier(Answer("bob", "alice", "yes")))),
        ("alice sees bob react in #den: 👍", Sees(Reaction("bob", "#den", "👍"))),
        ("alice sees bob take back: oops", Sees(RedactionPattern("bob", "#lobby", "oops"))),
        ("alice does not see bob take back", NotSees(RedactionPattern("bob", "#lobby", ""))),
        ("alice joins", JoinStep("#lobby")),
        ("alice joins #den sesame", JoinStep("#den", "sesame")),
        ("alice leaves", LeaveRoom("#lobby")),
        ("alice leaves #den: bye", LeaveRoom("#den", "bye")),
        ("alice quits: bye", QuitServer("bye")),
        ("alice drops", Drop()),
        ("alice pauses 1.5s", Pause(1.5)),
        ("alice waits for bob", WaitFor(("bob",), "#lobby", present=True)),
        ("alice waits for bob, carol in #den", WaitFor(("bob", "carol"), "#den", present=True)),
        ("alice waits for bob and carol", WaitFor(("bob", "carol"), "#lobby", present=True)),
        ("alice waits until bob is gone", WaitFor(("bob",), "#lobby", present=False)),
        ("alice waits until bob, carol are gone from #den", WaitFor(("bob", "carol"), "#den", present=False)),
        ("alice cannot connect as bob", Cannot(ConnectStep("bob"))),
        ("alice cannot connect (433)", Cannot(ConnectStep(), "433")),
        ("alice cannot join #den", Cannot(JoinStep("#den"))),
        ("alice cannot join #den key (475)", Cannot(JoinStep("#den", "key"), "475")),
        ("alice cannot say: hello", Cannot(SayStep("#lobby", "hello"))),
        ("alice cannot say in #den (404): hello (you)", Cannot(SayStep("#den", "hello (you)"), "404")),
        ("alice cannot /kick bob", Cannot(Type("/kick bob", "#lobby"))),
        ("alice cannot /kick bob (482)", Cannot(Type("/kick bob", "#lobby"), "482")),
        ("alice sees bob: hello", Sees(TalkPattern("bob", "#lobby", "hello"))),
        ("alice is kicked", Sees(Kick("alice", "", "", ""))),
        ("alice is kicked from #den by bob: spam", Sees(Kick("alice", "bob", "#den", "spam"))),
        ("alice is disconnected", Disconnected()),
        ("alice is disconnected: *flood*", Disconnected("*flood*")),
        ("alice does not see bob: hello", NotSees(TalkPattern("bob", "#lobby", "hello"))),
        ("for 2s alice does not see bob: hello", NotSees(TalkPattern("bob", "#lobby", "hello"), 2.0)),
    ],
)
def test_each_form_of_a_step(text: str, action: Action) -> None:
    assert step(text) == action


SAYINGS = [
    ("bob: hel*", ":bob!b@h PRIVMSG #lobby :hello"),
    ("bob in #den: hello", ":bob!b@h PRIVMSG #Den :hello"),
    ("bob to alice: hello", ":bob!b@h PRIVMSG alice :hello"),
    ("bob act: waves", ":bob!b@h PRIVMSG #lobby :\x01ACTION waves\x01"),
    ("bob act in #den: waves", ":bob!b@h PRIVMSG #den :\x01ACTION waves\x01"),
    ("bob notice: hello", ":bob!b@h NOTICE #lobby :hello"),
    ("bob notice to alice: hello", ":bob!b@h NOTICE alice :hello"),
    ("bob join", ":bob!b@h JOIN #lobby"),
    ("bob join #den", ":bob!b@h JOIN #den"),
    ("bob leave", ":bob!b@h PART #lobby :whatever"),
    ("bob leave #den: bye", ":bob!b@h PART #den :bye"),
    ("bob quit", ":bob!b@h QUIT :whatever"),
    ("bob quit: *bye*", ":bob!b@h QUIT :Quit: bye"),
    ("bob kick carol", ":bob!b@h KICK #lobby carol :x"),
    ("bob kick carol from #den: spam", ":bob!b@h KICK #den carol :spam"),
    ("bob become robert", ":bob!b@h NICK robert"),
    ("bob set topic: tea*", ":bob!b@h TOPIC #lobby :tea and cake"),
    ("bob set topic of #den: tea", ":bob!b@h TOPIC #den :tea"),
    ("bob set mode +o carol", ":bob!b@h MODE #lobby +o carol"),
    ("bob set mode -im on #den", ":bob!b@h MODE #den -im"),
    ("bob invite carol", ":bob!b@h INVITE carol #lobby"),
    ("bob invite carol to #den", ":bob!b@h INVITE carol #den"),
    ("bob go away: lunch", ":bob!b@h AWAY :lunch"),
    ("bob go away", ":bob!b@h AWAY :lunch"),
    ("bob come back", ":bob!b@h AWAY"),
    ("reply 322: #lobby *", ":s 322 alice #lobby 3 :tea"),
    ("error 401", ":s 401 alice bob :No such nick"),
    ("line: *PRIVMSG #lobby*", ":bob!b@h PRIVMSG #lobby :hello"),
]


def fits(pattern: Pattern, line: str) -> bool:
    session = Session(Identity("alice"), trace=True)
    return any(pattern.fits(event, ascii_fold) for event in session.receive(f"{line}\r\n".encode()))


@pytest.mark.parametrize(("text", "line"), SAYINGS)
def test_each_form_of_a_sight_fits_its_message_and_no_other(text: str, line: str) -> None:
    pattern = sight(text, "#lobby")
    assert pattern is not None
    assert fits(pattern, line)
    other = line.replace(":bob!", ":eve!").replace(":s 322", ":s 323").replace(":s 401", ":s 402")
    assert not fits(pattern, other) or text.startswith("line:")


def test_texts_are_compared_letter_by_letter_and_a_backslash_takes_the_star() -> None:
    assert not fits(TalkPattern("bob", "#lobby", "Hello"), ":bob!b@h PRIVMSG #lobby :hello")
    assert sight("earlier bob: hi", "#lobby") == Earlier(TalkPattern("bob", "#lobby", "hi"))
    assert sight("earlier bob join", "#lobby") is None, "history tells what was said"
    assert fits(TalkPattern("bob", "#lobby", r"2 \* 2"), ":bob!b@h PRIVMSG #lobby :2 * 2")
    assert not fits(TalkPattern("bob", "#lobby", r"2 \* 2"), ":bob!b@h PRIVMSG #lobby :2 x 2")


def test_settings_hold_for_the_steps() -> None:
    scenario = parse("actors alice bob\nroom #den\nwithin 3s\n\n# hello\nalice joins\nwithin 9s bob joins\n", PATH)
    assert scenario.actors == ("alice", "bob")
    assert [(step.line, step.actor, step.within, step.action) for step in scenario.steps] == [
        (6, "alice", 3.0, JoinStep("#den")),
        (7, "bob", 9.0, JoinStep("#den")),
    ]


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("", 0, "alice joins"),
        ("actors alice\n", 1, "alice joins"),
        ("alice joins", 1, "actors alice, bob"),
        ("actors alice\nalcie joins", 2, "did you mean alice?"),
        ("actors alice\nzoe joins", 2, "the actors are alice"),
        ("actors alice\nalice jions", 2, "did you mean “alice joins"),
        ("actors alice\nalice hello", 2, "write “alice: text”"),
        ("actors alice\nalice sees bob waving", 2, "alice sees bob: hello"),
        ("actors alice\nalice joins\nroom #den", 3, "move it up"),
        ("actors alice, Alice\nalice joins", 1, "its own name"),
        ("actors 1st\n1st joins", 1, "use letters"),
    ],
)
def test_a_mistake_names_the_line_and_the_remedy(text: str, line: int, remedy: str) -> None:
    with pytest.raises(ScenarioError) as error:
        parse(text, PATH)
    assert str(error.value).startswith(f"talk.scenario:{line}: " if line else "talk.scenario: ")
    assert remedy in str(error.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="is not there"):
        read(tmp_path / "missing.scenario")
    (tmp_path / "picture").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="save it as UTF-8"):
        read(tmp_path / "picture")


def test_everything_that_the_documentation_shows_is_understood() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    for block in re.findall(r"```\n(.*?)```", text, re.DOTALL):
        whole = re.sub(r" {4,}#.*", "", block)
        parse(whole if "actors" in whole else f"actors alice, bob, carol\n{whole}", PATH)
    rows = [row.split("|")[1] for row in text.splitlines() if row.startswith("| `")]
    forms = [form for row in rows for form in re.findall(r"`([^`…]+)`", row)]
    steps = [form for form in forms if re.match(r"(for 2s )?(alice|bob|carol)\b", form)]
    assert len(steps) > 40
    for form in steps:
        parse(f"actors alice, bob, carol\n{form}", PATH)
