-- Messages that are in history no more, and that the search index, which is a file of its own, may have still. Each stays
-- listed until the index has let go of it: a crash in between must not leave words there that somebody took back.
CREATE TABLE removals (id INTEGER PRIMARY KEY);
CREATE TRIGGER events_removed AFTER DELETE ON events WHEN old.is_message BEGIN
    INSERT OR IGNORE INTO removals VALUES (old.id);
END;
