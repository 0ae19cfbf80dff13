-- The logins that sessions stand on, by what their providers call them: a provider that ends one does
-- not know our sessions, and its message comes without a cookie. A name may have several.
CREATE TABLE provider_logins (
    name       BLOB NOT NULL,
    session    BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed     BLOB NOT NULL,
    PRIMARY KEY (name, session)
) STRICT;
CREATE INDEX provider_logins_by_end ON provider_logins (expires_at);

-- Requests to log out that providers have not answered.
CREATE TABLE logouts (
    name       BLOB PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed     BLOB NOT NULL
) STRICT;
CREATE INDEX logouts_by_end ON logouts (expires_at);
