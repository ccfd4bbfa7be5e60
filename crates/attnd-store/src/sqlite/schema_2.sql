-- Version 2. The visits of an hour, in a format the engine knows, of the same version and
-- generation as its sums; no row for an hour when nobody was there. With a row id, for such a table
-- keeps a whole hour on its page where one without would chain pages.
CREATE TABLE track (
    person INTEGER NOT NULL,
    hour   INTEGER NOT NULL,
    bytes  BLOB NOT NULL,
    PRIMARY KEY (person, hour)
) STRICT;

-- Hours summed up before have no track: they are stale, and summed up again.
DELETE FROM rollup_hour;
