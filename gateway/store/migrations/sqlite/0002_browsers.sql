-- Which session a browser has: a browser has one, so that one logout ends all.
CREATE TABLE browsers (
    name       BLOB PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed     BLOB NOT NULL
) STRICT;
CREATE INDEX browsers_by_end ON browsers (expires_at);
