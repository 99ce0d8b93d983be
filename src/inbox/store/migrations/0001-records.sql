-- What was asked, under the digest that records name. Kept for ever: a version is finished and confirmed after the next is out.
CREATE TABLE definition (
  digest             TEXT PRIMARY KEY,
  text               TEXT NOT NULL,
  renew_after_months INTEGER
) STRICT;

-- One request. Every column is part of the log's row hash.
CREATE TABLE record (
  rid         TEXT PRIMARY KEY,
  salt        BLOB NOT NULL,
  sub_digest  TEXT NOT NULL UNIQUE,
  jws         TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  receipt     TEXT NOT NULL,
  state       TEXT NOT NULL,
  state_at    INTEGER NOT NULL,
  reasons     TEXT NOT NULL,
  seal_digest TEXT,
  learner     TEXT NOT NULL
) STRICT;
CREATE INDEX record_by_learner ON record (learner);
CREATE INDEX record_by_state ON record (state, received_at);

-- What the confirmer said of it.
CREATE TABLE decision (
  rid          TEXT PRIMARY KEY REFERENCES record (rid) ON DELETE CASCADE,
  decision     TEXT NOT NULL,
  decided_at   INTEGER NOT NULL,
  statement    TEXT NOT NULL,
  typed_name   TEXT NOT NULL,
  name         TEXT NOT NULL,
  email        TEXT NOT NULL,
  mailbox      TEXT NOT NULL,
  capacity     TEXT NOT NULL,
  method       TEXT NOT NULL,
  comment      TEXT,
  comments     TEXT NOT NULL,
  confirmation TEXT NOT NULL
) STRICT;
CREATE INDEX decision_by_mailbox ON decision (mailbox, decided_at);

CREATE TABLE certificate (
  rid        TEXT PRIMARY KEY REFERENCES record (rid) ON DELETE CASCADE,
  jti        TEXT NOT NULL UNIQUE,
  issued_at  INTEGER NOT NULL,
  jws        TEXT NOT NULL,
  revoked_on TEXT
) STRICT;

-- The answers, sealed by the learner's browser, with the key wrapped. Erased on decision, withdrawal and lapse.
CREATE TABLE seal (
  rid         TEXT PRIMARY KEY REFERENCES record (rid) ON DELETE CASCADE,
  wrapped_key BLOB NOT NULL,
  iv          TEXT NOT NULL,
  ciphertext  TEXT NOT NULL
) STRICT;

-- Links that were given out: only their hash lasts; the token itself, wrapped, until its mail was accepted.
CREATE TABLE token (
  hash       BLOB PRIMARY KEY,
  rid        TEXT NOT NULL REFERENCES record (rid) ON DELETE CASCADE,
  purpose    TEXT NOT NULL,
  name       TEXT,
  email      TEXT,
  capacity   TEXT,
  created_at INTEGER NOT NULL,
  wrapped    BLOB
) STRICT;
CREATE INDEX token_by_record ON token (rid);

-- Mail to send: written with what it is about, in one transaction. No address and no words: they are made when it is sent.
CREATE TABLE outbox (
  id         INTEGER PRIMARY KEY,
  kind       TEXT NOT NULL,
  rid        TEXT NOT NULL REFERENCES record (rid) ON DELETE CASCADE,
  token      BLOB,
  recipient  BLOB NOT NULL,
  message_id TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,
  attempts   INTEGER NOT NULL,
  state      TEXT NOT NULL,
  sent_at    INTEGER
) STRICT;
CREATE INDEX outbox_by_due ON outbox (state, due_at);
CREATE INDEX outbox_by_record ON outbox (rid);
CREATE INDEX outbox_by_recipient ON outbox (kind, recipient, sent_at);

-- The register: one line for every change, never changed itself.
CREATE TABLE log (
  seq   INTEGER PRIMARY KEY,
  entry TEXT NOT NULL,
  leaf  BLOB NOT NULL
) STRICT;

CREATE TABLE note (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
