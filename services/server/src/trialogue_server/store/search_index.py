"""Full-text search: an index in a file of its own, which can be deleted and is made anew from the history.

It follows the history at a short distance, in its own transactions, so that no message waits for it. It indexes
trigrams: any three characters in a row are found, inside words and in languages without spaces. Two characters are
found as the beginning of three. A single one is looked for in the latest messages one by one.

The index holds texts in a folded form (`ircwire.folding`), and searches fold their words.

Place and author of each message are in the index too, each as a word of three characters that nobody writes: so the
index alone answers "by her, in these channels", however much others have said elsewhere.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from ircwire.folding import fold_text
from ircwire.source import parse_source
from trialogue_server.store.base import StoreUnavailable
from trialogue_server.store.database_files import make_database_private
from trialogue_server.world.events import Event, MessagePosted, MultilinePosted
from trialogue_server.world.history import Query
from trialogue_server.world.spans import Spans, holds

INDEX_NAME = "search.db"
"""The name of the file in the data directory."""

_VERSION = 6
"""The version of the schema and of the folding. An index of another version is made anew."""

# Nobody asks for what only sizes tell (which fits best), and merging less often costs a search little: both together
# take a quarter off what indexing costs.
_SCHEMA = """
CREATE VIRTUAL TABLE IF NOT EXISTS messages USING fts5 (
    text, place, sender, tokenize = 'trigram case_sensitive 1', columnsize = 0
);
INSERT INTO messages (messages, rank) VALUES ('automerge', 8);
CREATE VIRTUAL TABLE IF NOT EXISTS terms USING fts5vocab (messages, instance);
CREATE TABLE IF NOT EXISTS progress (indexed_id INTEGER NOT NULL);
"""
_SHORTEST = 3
"""Characters of a trigram."""

_END = "\n"
"""Follows each text, so that its last two characters are the beginning of a trigram as well."""

_ALTERNATIVES = 300
"""Trigrams with the same two first characters that are looked up one by one."""

_PLACES = 16
"""Conversations that are looked up one by one. Of more, the results are filtered: looking them up costs more then, and
few others are left.
"""

_LOOKED_THROUGH = 20_000
"""Messages that one search reads, for a shorter text or to see where they were said."""

_OPCODES, _BUDGET = 1000, 80
"""Opcodes of SQLite between two callbacks, and callbacks in one search: about a tenth of a second. In a million
messages, a search for a few words takes ten callbacks, one for a word of a hundred letters ninety.
"""

_A_ROW = 0.02
"""Callbacks that reading one message takes: they do not count, since messages are bounded by themselves."""

_LOOKED_AT = 2000
"""Messages of one author that are read for any text: some milliseconds."""

_MATCHING = "FROM messages WHERE messages MATCH ? AND rowid > ? AND rowid < ? ORDER BY rowid DESC"
_ALL = "FROM messages WHERE ? = '' AND rowid > ? AND rowid < ? ORDER BY rowid DESC"

_FIRST, _CHARACTERS = 0xE000, 6400
"""The characters of marks, from Unicode's private use area."""


def _mark(number: int) -> str:
    """Return the word that stands for a number."""
    return "".join(chr(_FIRST + number // _CHARACTERS**place % _CHARACTERS) for place in range(_SHORTEST))


def _mark_of(nick: str) -> str:
    """Return the word that stands for a folded nick: from a hash, which is as good as unique."""
    return _mark(int.from_bytes(blake2b(nick.encode(), digest_size=8).digest()))


class SearchIndex:
    """The index. Everything blocks, and one thread at a time may use it."""

    def __init__(self, path: Path, fold: Callable[[str], str]) -> None:
        """Open or make the index; one that cannot be read is made anew. `fold` folds nicks."""
        self._fold = fold
        try:
            self._connection = _open(path)
        except sqlite3.DatabaseError:
            remove_index(path)
            self._connection = _open(path)

    @property
    def indexed_id(self) -> int:
        """The id of the last event that was indexed. Raises StoreUnavailable."""
        try:
            (last,) = self._connection.execute("SELECT max(indexed_id) FROM progress").fetchone()
        except sqlite3.Error as error:
            raise StoreUnavailable(str(error)) from error
        return int(last or 0)

    def add(self, events: Sequence[tuple[int, Event]]) -> None:
        """Index events in order, each with the number of its conversation. Raises StoreUnavailable."""
        rows = [
            (
                event.id,
                fold_text(event.text) + _END,
                _mark(number),
                _mark_of(self._fold(parse_source(event.source).nick)),
            )
            for number, event in events
            if isinstance(event, (MessagePosted, MultilinePosted))
        ]
        execute = self._connection.execute
        try:
            execute("BEGIN IMMEDIATE")
            insert = "INSERT OR REPLACE INTO messages (rowid, text, place, sender) VALUES (?, ?, ?, ?)"
            self._connection.executemany(insert, rows)
            execute("DELETE FROM progress")
            execute("INSERT INTO progress VALUES (?)", (events[-1][1].id,))
            execute("COMMIT")
        except sqlite3.Error as error:
            self._undo()
            raise StoreUnavailable(str(error)) from error

    def remove(self, ids: Sequence[int]) -> None:
        """Remove messages. Raises StoreUnavailable."""
        try:
            self._connection.executemany("DELETE FROM messages WHERE rowid = ?", [(one,) for one in ids])
        except sqlite3.Error as error:
            raise StoreUnavailable(str(error)) from error

    def find(self, query: Query, places: Mapping[int, Spans]) -> list[int]:
        """Return the ids of the latest messages that match, newest first. Raises StoreUnavailable.

        `places` are the numbers of the conversations to search, with the ids that may be found in each.
        """
        return self.search(query, places).found

    def search(self, query: Query, places: Mapping[int, Spans]) -> "Search":
        """Search with a budget, and return how far it went. Raises StoreUnavailable."""
        search = Search()
        words = tuple(word for text in query.words for word in fold_text(text).split())
        if not places or (query.words and not words):
            return search
        query = query._replace(words=words)
        readable = {_mark(number): spans for number, spans in places.items()}
        self._connection.set_progress_handler(search.go_on, _OPCODES)
        try:
            search.found += islice(self._look(query, readable, search), query.limit)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise StoreUnavailable(str(error)) from error
        except sqlite3.Error as error:
            raise StoreUnavailable(str(error)) from error
        finally:
            self._connection.set_progress_handler(None, 0)
        return search

    def _look(self, query: Query, readable: Mapping[str, Spans], search: "Search") -> Iterator[int]:
        """Yield the ids of matches, newest first; what was found before an error counts too.

        `readable` has the marks of the places to search, with the ids that may be found in each.
        """
        for event_id, place in self._newest(query, readable, search):
            if holds(readable.get(place, ()), event_id):
                yield event_id

    def _newest(self, query: Query, readable: Mapping[str, Spans], search: "Search") -> Iterator[tuple[int, str]]:
        """Yield matches with the mark of their place, newest first.

        The latest messages of one author are read: looking a common word up everywhere takes longer than seeing whether
        it is there. For older ones, and without an author, the index is used.
        """
        if query.sender and query.words:
            looked_at = 0
            for looked_at, (event_id, place, text) in enumerate(self._theirs(query, readable), start=1):
                if all(word in text for word in query.words):
                    yield event_id, place
                if looked_at == _LOOKED_AT:
                    query = query._replace(before=event_id)
                    break
            if looked_at < _LOOKED_AT:
                return
        yield from self._asked_for(query, readable, search)

    def _theirs(self, query: Query, readable: Mapping[str, Spans]) -> Iterator[tuple[int, str, str]]:
        """Yield all that the sender said in these places, with the text."""
        values = (_expression((), readable, _mark_of(query.sender)), _after(query, readable), query.before)
        yield from self._connection.execute(f"SELECT rowid, place, text {_MATCHING}", values)

    def _asked_for(self, query: Query, readable: Mapping[str, Spans], search: "Search") -> Iterator[tuple[int, str]]:
        with search.uncounted():  # there are at most so many, and each is quick
            terms = [self._term(word) for word in query.words]
        long = [term for term in terms if term]
        short = [word for word, term in zip(query.words, terms, strict=True) if not term]
        expression = _expression(long, readable, query.sender and _mark_of(query.sender))
        sql = f"SELECT rowid, place, text {_MATCHING if expression else _ALL}"
        for event_id, place, text in self._connection.execute(sql, (expression, _after(query, readable), query.before)):
            if not search.look_at(event_id):
                return
            if all(word in text for word in short):
                yield event_id, place

    def _term(self, word: str) -> str:
        """Return an FTS5 expression for the text; "" if the index does not know it."""
        if len(word) >= _SHORTEST:
            return _quoted(word)
        if len(word) < _SHORTEST - 1:
            return ""
        terms = list(islice(self._terms(word), _ALTERNATIVES)) or [word]  # which is nowhere
        return f"({' OR '.join(map(_quoted, terms))})" if len(terms) < _ALTERNATIVES else ""

    def _terms(self, start: str) -> Iterator[str]:
        """Yield the trigrams that begin with this text. Looking them up one after the other reads
        no more of the index.
        """
        last: str | None = start
        while last is not None:
            query = "SELECT term FROM terms WHERE term > ? LIMIT 1"
            (last,) = self._connection.execute(query, (last,)).fetchone() or (None,)
            if last is None or not last.startswith(start):
                return
            yield last

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _undo(self) -> None:
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")


class Search:
    """The results of one search, and its budget.

    FTS5 compares a word that is nowhere with every place of its parts, within one step of a query: the rows do not show
    what that costs. But it reads the pages of the index by queries of its own, whose opcodes count.
    https://sqlite.org/c3ref/progress_handler.html
    """

    __slots__ = ("_calls", "_counts", "_looked_at", "came_to", "found", "is_cut")

    def __init__(self) -> None:
        self.found: list[int] = []
        """The ids found, newest first."""
        self.is_cut = False
        """Whether the budget ended before the search did."""
        self.came_to = 0
        """The id down to which nothing was missed; 0 if that is not known of any."""
        self._calls = 0.0
        self._counts = True
        self._looked_at = 0

    def go_on(self) -> bool:
        """Count a callback; return whether they are too many."""
        self._calls += self._counts
        if self._calls > _BUDGET:
            self.is_cut = True
        return self.is_cut

    @contextmanager
    def uncounted(self) -> Iterator[None]:
        """Run something that is bounded in another way without counting it."""
        self._counts = False
        yield
        self._counts = True

    def look_at(self, event_id: int) -> bool:
        """Return whether one more message may be read."""
        self._looked_at += 1
        if self._looked_at > _LOOKED_THROUGH:
            self.is_cut = True
            return False
        self.came_to = event_id
        self._calls = max(0.0, self._calls - _A_ROW)  # which is cheaper than what FTS5 does
        return True


def remove_index(path: Path) -> None:
    """Remove an index's files, if there are any."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    """Open the index. Raises DatabaseError if it cannot be used."""
    with suppress(OSError):  # SQLite says it better
        make_database_private(path)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    execute = connection.execute
    execute("PRAGMA journal_mode = WAL")
    execute("PRAGMA synchronous = FULL")  # what it was told to forget, it has forgotten
    execute("PRAGMA secure_delete = ON")
    (version,) = execute("PRAGMA user_version").fetchone()
    if version != _VERSION and execute("SELECT 1 FROM sqlite_master").fetchone():
        raise sqlite3.DatabaseError(f"the index has version {version}")
    connection.executescript(_SCHEMA)
    execute(f"PRAGMA user_version = {_VERSION}")
    with suppress(sqlite3.OperationalError):  # from SQLite 3.42 on; before, traces go when the index is merged
        execute("INSERT INTO messages (messages, rank) VALUES ('secure-delete', 1)")


def _expression(words: Sequence[str], places: Mapping[str, Spans], sender: str) -> str:
    """Return an FTS5 expression for words (which are expressions already), places and author."""
    terms = [f"place : ({' OR '.join(map(_quoted, places))})"] if len(places) <= _PLACES else []
    if words:
        terms.append(f"text : ({' AND '.join(words)})")
    if sender:
        terms.append(f"sender : {_quoted(sender)}")
    return " AND ".join(terms)


def _after(query: Query, readable: Mapping[str, Spans]) -> int:
    """Return the id after which everything that may be found is."""
    return max(query.after, min(spans[0][0] for spans in readable.values()) - 1)


def _quoted(word: str) -> str:
    """Return an FTS5 string: everything in it is literal."""
    return '"' + word.replace('"', '""') + '"'
