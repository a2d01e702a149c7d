-- Who may read a conversation of two: a row for each, as long as they can. Found by identity, and not by going through the
-- names of all conversations.
CREATE TABLE parties (
    identity     TEXT NOT NULL,
    conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    PRIMARY KEY (identity, conversation)
) WITHOUT ROWID;
CREATE INDEX parties_by_conversation ON parties (conversation);

-- Conversations of which all is to be deleted that is not older than the event `since`, some at a time.
CREATE TABLE forgotten (
    conversation INTEGER PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    since        INTEGER NOT NULL
);

-- Rooms in which nothing was ever said, and that are not registered, leave nothing.
DELETE FROM events WHERE conversation IN (
    SELECT id FROM conversations
    WHERE instr(name, ' ') = 0
    AND NOT EXISTS (SELECT 1 FROM events AS said WHERE said.conversation = conversations.id AND said.is_message)
    AND name NOT IN (SELECT lower(key) FROM records WHERE kind = 'room')
);
DELETE FROM conversations WHERE NOT EXISTS (SELECT 1 FROM events WHERE conversation = conversations.id);

-- A line feed stands beside the one of two who does not get what the other says.
INSERT INTO parties SELECT substr(name, 1, instr(name, ' ') - 1), id FROM conversations
WHERE instr(name, ' ') > 0 AND substr(name, 1, 1) != char(10);
INSERT OR IGNORE INTO parties SELECT substr(name, instr(name, ' ') + 1), id FROM conversations
WHERE instr(name, ' ') > 0 AND substr(name, -1) != char(10);
