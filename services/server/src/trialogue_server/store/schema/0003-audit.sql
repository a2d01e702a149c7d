-- What operators and the administrator did. `id` is the event's own, which sorts by time; `data` is the msgpack of the
-- event.
CREATE TABLE audit (
    id   INTEGER PRIMARY KEY,
    data BLOB NOT NULL
);
