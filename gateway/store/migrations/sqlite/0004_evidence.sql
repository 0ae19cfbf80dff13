-- The messages of exchanges with providers, kept for 24 months. The month is when the exchange was over:
-- what an operator sees of a row, besides its kind and its end.
CREATE TABLE evidence (
    name       BLOB PRIMARY KEY NOT NULL,
    month      TEXT NOT NULL,
    kind       TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed     BLOB NOT NULL
) STRICT;
CREATE INDEX evidence_by_end ON evidence (expires_at);
CREATE INDEX evidence_by_month ON evidence (month);

-- What evidence is found by: a keyed digest of each word and value.
CREATE TABLE evidence_index (
    digest     BLOB NOT NULL,
    evidence   BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (digest, evidence)
) STRICT;
CREATE INDEX evidence_index_by_end ON evidence_index (expires_at);
