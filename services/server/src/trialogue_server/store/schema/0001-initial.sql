-- What must survive a restart. Every change here is a new file with the next number; files that were released stay.

-- Records are kept whole: an account, a registered room, a ban. `data` is the msgpack of the record's struct.
CREATE TABLE records (
    kind TEXT NOT NULL,
    key  TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;

-- A room, or two people's direct messages. Rows in `events` name it by number, which is shorter.
CREATE TABLE conversations (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

-- What happened in it. `id` is the event's own, which sorts by time; `data` is the msgpack of the event.
CREATE TABLE events (
    id           INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations (id),
    is_message   INTEGER NOT NULL,
    data         BLOB NOT NULL
);
CREATE INDEX events_by_conversation ON events (conversation, id);

-- Single facts: the greatest event id that was ever given out.
CREATE TABLE facts (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;
