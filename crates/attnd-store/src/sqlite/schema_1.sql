-- Version 1. Times are nanoseconds since 1970-01-01T00:00Z, ids of people UUIDs of 16 bytes.

CREATE TABLE organisation (
    key  INTEGER PRIMARY KEY,
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16)
) STRICT;

CREATE TABLE person (
    key          INTEGER PRIMARY KEY,
    organisation INTEGER NOT NULL REFERENCES organisation,
    uuid         BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16)
) STRICT;

-- The next ids to give out; one row. Ids are never given out twice, also not after a delete.
CREATE TABLE counter (
    key          INTEGER PRIMARY KEY CHECK (key = 1),
    next_event   INTEGER NOT NULL,
    next_payload INTEGER NOT NULL,
    next_bucket  INTEGER NOT NULL,
    generation   INTEGER NOT NULL
) STRICT;
INSERT INTO counter VALUES (1, 1, 1, 1, 0);

CREATE TABLE bucket (
    key         INTEGER PRIMARY KEY,
    person      INTEGER NOT NULL REFERENCES person,
    id          TEXT NOT NULL,
    name        TEXT,
    kind        TEXT NOT NULL,
    client      TEXT NOT NULL,
    hostname    TEXT NOT NULL,
    created_ns  INTEGER NOT NULL,
    data        TEXT NOT NULL,
    event_count INTEGER NOT NULL,
    start_ns    INTEGER,
    end_ns      INTEGER,
    UNIQUE (person, id)
) STRICT;

-- An event's data, once per person however many events say it; gone with the last of them.
-- The hash is the first 8 bytes of the text's SHA-256: it finds, the text decides.
CREATE TABLE payload (
    key    INTEGER PRIMARY KEY,
    person INTEGER NOT NULL,
    hash   INTEGER NOT NULL,
    json   TEXT NOT NULL,
    refs   INTEGER NOT NULL
) STRICT;
CREATE INDEX payload_by_hash ON payload (person, hash);

-- In the order in which ranges are read. The class bounds an event's length, so that a read knows
-- how far back an event may have begun that still reaches into its range. No foreign keys: they
-- would cost two searches an event; the writer keeps both ends together.
CREATE TABLE event (
    bucket      INTEGER NOT NULL,
    class       INTEGER NOT NULL,
    start_ns    INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    duration_ns INTEGER NOT NULL,
    payload     INTEGER NOT NULL,
    PRIMARY KEY (bucket, class, start_ns, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX event_by_id ON event (id);

-- Changes with every write that touches the hour.
CREATE TABLE hour_generation (
    person     INTEGER NOT NULL,
    hour       INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (person, hour)
) STRICT, WITHOUT ROWID;

-- The same for events too long for a row an hour.
CREATE TABLE span_generation (
    person     INTEGER NOT NULL,
    first_hour INTEGER NOT NULL,
    last_hour  INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (person, first_hour, last_hour)
) STRICT, WITHOUT ROWID;

-- With which rules, and of which generation, an hour's sums were computed.
CREATE TABLE rollup_hour (
    person     INTEGER NOT NULL,
    hour       INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (person, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup (
    person    INTEGER NOT NULL,
    hour      INTEGER NOT NULL,
    label     INTEGER NOT NULL,
    active_ns INTEGER NOT NULL,
    PRIMARY KEY (person, hour, label)
) STRICT, WITHOUT ROWID;
CREATE INDEX rollup_by_label ON rollup (label);

-- What a sum is of; gone with the last sum that needs it.
CREATE TABLE rollup_label (
    key         INTEGER PRIMARY KEY,
    person      INTEGER NOT NULL,
    category    TEXT NOT NULL,
    application TEXT NOT NULL,
    UNIQUE (person, category, application)
) STRICT;

CREATE TABLE setting (
    person INTEGER NOT NULL REFERENCES person,
    key    TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE record (
    person INTEGER NOT NULL REFERENCES person,
    kind   TEXT NOT NULL,
    key    TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (person, kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    person   INTEGER NOT NULL REFERENCES person,
    sequence INTEGER NOT NULL,
    at_ns    INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    action   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    hash     TEXT NOT NULL,
    PRIMARY KEY (person, sequence)
) STRICT, WITHOUT ROWID;
