-- What the gateway must remember across a restart. Names are HMACs and values are sealed, so the file
-- alone tells nothing. expires_at is milliseconds since 1970, rounded up: it serves the purge only;
-- the end that counts is inside the sealed value.

-- Which store key the rows were made with.
CREATE TABLE store_key (
    only        INTEGER PRIMARY KEY CHECK (only = 1),
    fingerprint BLOB NOT NULL
) STRICT;

CREATE TABLE attempts (
    name       BLOB PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed     BLOB NOT NULL
) STRICT;
CREATE INDEX attempts_by_end ON attempts (expires_at);

CREATE TABLE sessions (
    name       BLOB PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed     BLOB NOT NULL
) STRICT;
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE handoffs (
    name       BLOB PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed     BLOB NOT NULL
) STRICT;
CREATE INDEX handoffs_by_end ON handoffs (expires_at);

CREATE TABLE used_proofs (
    name       BLOB PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_proofs_by_end ON used_proofs (expires_at);
