//! Rows of the SQLite store: each primitive of [`Tx`] as one statement or a few.
//!
//! What a column holds that was never written there is an error that names the record, and no panic.

use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::Value;

use crate::completion::digest::from_base64url;
use crate::completion::json;
use crate::completion::submission::{self, Capacity};
use crate::completion::text::mailbox_of;

use super::super::{
    Decision, IssuedCertificate, KeptDefinition, LogLine, Mail, MailKind, MailState, Person, Purpose, Record, Seal, State, StoreError,
    Stored, Token, Tx,
};
use super::fault;

/// One transaction.
pub(super) struct SqliteTx<'c> {
    connection: &'c Connection,
}

impl<'c> SqliteTx<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection }
    }

    fn run(&self, sql: &str, parameters: &[&dyn ToSql]) -> Stored<()> {
        let mut statement = self.connection.prepare_cached(sql).map_err(fault)?;
        statement.execute(parameters).map(drop).map_err(fault)
    }

    fn one<T>(&self, sql: &str, parameters: &[&dyn ToSql], read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>) -> Stored<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(fault)?;
        statement.query_row(parameters, read).optional().map_err(fault)
    }

    fn all<T>(&self, sql: &str, parameters: &[&dyn ToSql], read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Stored<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(fault)?;
        let rows = statement.query_map(parameters, read).map_err(fault)?;
        rows.collect::<rusqlite::Result<_>>().map_err(fault)
    }

    fn number(&self, sql: &str, parameters: &[&dyn ToSql]) -> Stored<i64> {
        self.one(sql, parameters, |row| row.get(0)).map(|number| number.unwrap_or(0))
    }

    fn decision(&self, rid: &str) -> Stored<Option<Decision>> {
        let sql =
            "SELECT decision, decided_at, statement, typed_name, name, email, capacity, method, comment, comments, confirmation, mailbox
                   FROM decision WHERE rid = ?1";
        let row = self.one(sql, &[&rid], |row| {
            let words: [String; 7] = [row.get(0)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?];
            let rest: (i64, Option<String>, String, String, String) = (row.get(1)?, row.get(8)?, row.get(9)?, row.get(10)?, row.get(11)?);
            Ok((words, rest))
        })?;
        let Some(([word, statement, typed_name, name, email, capacity, method], (decided_at, comment, comments, confirmation, mailbox))) =
            row
        else {
            return Ok(None);
        };
        let is_confirmed = match word.as_str() {
            "confirmed" => true,
            "returned" => false,
            _ => return Err(unreadable(rid, "decision")),
        };
        if mailbox != mailbox_of(&email) {
            return Err(unreadable(rid, "mailbox"));
        }
        let capacity = Capacity::from_word(&capacity).ok_or_else(|| unreadable(rid, "capacity"))?;
        let comments = serde_json::from_str(&comments).map_err(|_| unreadable(rid, "comments"))?;
        let person = Person { name, email, capacity };
        Ok(Some(Decision { is_confirmed, decided_at, statement, typed_name, person, method, comment, comments, confirmation }))
    }

    fn certificate(&self, rid: &str) -> Stored<Option<IssuedCertificate>> {
        let sql = "SELECT jti, issued_at, jws, revoked_on FROM certificate WHERE rid = ?1";
        let row = self.one(sql, &[&rid], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, Option<String>>(3)?)))?;
        let Some((jti, issued_at, jws, revoked_on)) = row else { return Ok(None) };
        let revoked_on = match revoked_on {
            Some(on) => Some(on.parse().map_err(|_| unreadable(rid, "revoked_on"))?),
            None => None,
        };
        Ok(Some(IssuedCertificate { jti, issued_at, jws, revoked_on }))
    }
}

fn unreadable(rid: &str, column: &str) -> StoreError {
    StoreError::Unavailable(format!("the record {rid} cannot be read: its {column} is not what was written"))
}

/// The facts of a record that was verified when it came.
fn facts(rid: &str, jws: &str) -> Stored<submission::Submission> {
    let payload = jws.split('.').nth(1).and_then(from_base64url).and_then(|bytes| json::parse_object(&bytes).ok());
    let submission = payload.as_ref().and_then(submission::read_stored).filter(|submission| submission.rid == rid);
    submission.ok_or_else(|| unreadable(rid, "jws"))
}

/// A word as a column holds it; one that is none of ours is an error of the database.
fn word<T>(row: &Row<'_>, index: usize, from_word: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let word: String = row.get(index)?;
    from_word(&word).ok_or_else(|| {
        rusqlite::Error::FromSqlConversionFailure(index, rusqlite::types::Type::Text, format!("`{word}` is not what was written").into())
    })
}

impl Tx for SqliteTx<'_> {
    fn definition(&mut self, digest: &str) -> Stored<Option<KeptDefinition>> {
        let sql = "SELECT text, renew_after_months FROM definition WHERE digest = ?1";
        self.one(sql, &[&digest], |row| {
            Ok(KeptDefinition { digest: digest.to_owned(), text: row.get(0)?, renew_after_months: row.get(1)? })
        })
    }

    fn keep_definition(&mut self, definition: &KeptDefinition) -> Stored<()> {
        let KeptDefinition { digest, text, renew_after_months } = definition;
        let sql = "INSERT INTO definition (digest, text, renew_after_months) VALUES (?1, ?2, ?3)
                   ON CONFLICT (digest) DO UPDATE SET renew_after_months = excluded.renew_after_months";
        self.run(sql, params![digest, text, renew_after_months])
    }

    fn record(&mut self, rid: &str) -> Stored<Option<Record>> {
        let sql = "SELECT salt, sub_digest, jws, received_at, receipt, state, state_at, reasons, seal_digest, learner
                   FROM record WHERE rid = ?1";
        let row = self.one(sql, &[&rid], |row| {
            let texts: [String; 6] = [row.get(1)?, row.get(2)?, row.get(4)?, row.get(5)?, row.get(7)?, row.get(9)?];
            let rest: ([u8; 16], i64, i64, Option<String>) = (row.get(0)?, row.get(3)?, row.get(6)?, row.get(8)?);
            Ok((texts, rest))
        })?;
        let Some(([sub_digest, jws, receipt, state, reasons, learner], (salt, received_at, state_at, seal_digest))) = row else {
            return Ok(None);
        };
        let submission = facts(rid, &jws)?;
        if learner != mailbox_of(&submission.learner.email) {
            return Err(unreadable(rid, "learner"));
        }
        Ok(Some(Record {
            salt,
            sub_digest,
            submission,
            jws,
            received_at,
            receipt,
            state: State::from_word(&state).ok_or_else(|| unreadable(rid, "state"))?,
            state_at,
            reasons: serde_json::from_str(&reasons).map_err(|_| unreadable(rid, "reasons"))?,
            seal_digest,
            decision: self.decision(rid)?,
            certificate: self.certificate(rid)?,
        }))
    }

    fn record_by_digest(&mut self, sub_digest: &str) -> Stored<Option<Record>> {
        let rid: Option<String> = self.one("SELECT rid FROM record WHERE sub_digest = ?1", &[&sub_digest], |row| row.get(0))?;
        match rid {
            Some(rid) => self.record(&rid),
            None => Ok(None),
        }
    }

    fn rids(&mut self, is_wanted: &dyn Fn(Option<State>) -> bool) -> Stored<Vec<String>> {
        let rows: Vec<(String, String)> =
            self.all("SELECT rid, state FROM record ORDER BY received_at, rid", &[], |row| Ok((text(row, 0)?, text(row, 1)?)))?;
        Ok(rows.into_iter().filter(|(_, state)| is_wanted(State::from_word(state))).map(|(rid, _)| rid).collect())
    }

    fn waiting_since(&mut self, received_by: i64) -> Stored<Vec<String>> {
        let sql = "SELECT rid FROM record WHERE state = 'awaiting_confirmation' AND received_at <= ?1 ORDER BY received_at, rid";
        self.all(sql, &[&received_by], |row| row.get(0))
    }

    fn issued_to(&mut self, mailbox: &str) -> Stored<Vec<String>> {
        self.all("SELECT rid FROM record WHERE learner = ?1 AND state = 'issued' ORDER BY received_at, rid", &[&mailbox], |row| row.get(0))
    }

    fn put_record(&mut self, record: &Record) -> Stored<()> {
        let rid = &record.submission.rid;
        let sql = "INSERT INTO record (rid, salt, sub_digest, jws, received_at, receipt, state, state_at, reasons, seal_digest, learner)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                   ON CONFLICT (rid) DO UPDATE SET state = excluded.state, state_at = excluded.state_at, reasons = excluded.reasons,
                   seal_digest = excluded.seal_digest";
        self.run(
            sql,
            params![
                rid,
                record.salt,
                record.sub_digest,
                record.jws,
                record.received_at,
                record.receipt,
                record.state.word(),
                record.state_at,
                Value::from(record.reasons.clone()).to_string(),
                record.seal_digest,
                mailbox_of(&record.submission.learner.email)
            ],
        )?;
        if let Some(decision) = &record.decision {
            let comments = serde_json::to_string(&decision.comments).expect("texts can be written as JSON");
            let sql = "INSERT INTO decision (rid, decision, decided_at, statement, typed_name, name, email, mailbox, capacity, method,
                       comment, comments, confirmation) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
                       ON CONFLICT (rid) DO NOTHING";
            self.run(
                sql,
                params![
                    rid,
                    decision.word(),
                    decision.decided_at,
                    decision.statement,
                    decision.typed_name,
                    decision.person.name,
                    decision.person.email,
                    mailbox_of(&decision.person.email),
                    decision.person.capacity.word(),
                    decision.method,
                    decision.comment,
                    comments,
                    decision.confirmation
                ],
            )?;
        }
        if let Some(certificate) = &record.certificate {
            let sql = "INSERT INTO certificate (rid, jti, issued_at, jws, revoked_on) VALUES (?1, ?2, ?3, ?4, ?5)
                       ON CONFLICT (rid) DO UPDATE SET revoked_on = excluded.revoked_on";
            let revoked_on = certificate.revoked_on.map(|on| on.to_string());
            self.run(sql, params![rid, certificate.jti, certificate.issued_at, certificate.jws, revoked_on])?;
        }
        Ok(())
    }

    fn revoked(&mut self) -> Stored<Vec<(String, jiff::civil::Date)>> {
        let rows: Vec<(String, String)> =
            self.all("SELECT jti, revoked_on FROM certificate WHERE revoked_on IS NOT NULL", &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.into_iter().map(|(jti, on)| on.parse().map(|on| (jti.clone(), on)).map_err(|_| unreadable(&jti, "revoked_on"))).collect()
    }

    fn seal(&mut self, rid: &str) -> Stored<Option<Seal>> {
        let sql = "SELECT wrapped_key, iv, ciphertext FROM seal WHERE rid = ?1";
        self.one(sql, &[&rid], |row| Ok(Seal { wrapped_key: row.get(0)?, iv: row.get(1)?, ciphertext: row.get(2)? }))
    }

    fn put_seal(&mut self, rid: &str, seal: &Seal) -> Stored<()> {
        let sql = "INSERT INTO seal (rid, wrapped_key, iv, ciphertext) VALUES (?1, ?2, ?3, ?4)";
        self.run(sql, params![rid, seal.wrapped_key, seal.iv, seal.ciphertext])
    }

    fn erase_seal(&mut self, rid: &str) -> Stored<()> {
        self.run("DELETE FROM seal WHERE rid = ?1", &[&rid])
    }

    fn token(&mut self, hash: &[u8; 32]) -> Stored<Option<Token>> {
        let sql = "SELECT rid, purpose, name, email, capacity, created_at, wrapped FROM token WHERE hash = ?1";
        self.one(sql, &[hash], |row| {
            let is_follow = word(row, 1, |word| matches!(word, "decide" | "follow").then_some(word == "follow"))?;
            let purpose = if is_follow {
                Purpose::Follow
            } else {
                Purpose::Decide(Person { name: row.get(2)?, email: row.get(3)?, capacity: word(row, 4, Capacity::from_word)? })
            };
            Ok(Token { hash: *hash, rid: row.get(0)?, purpose, created_at: row.get(5)?, wrapped: row.get(6)? })
        })
    }

    fn put_token(&mut self, token: &Token) -> Stored<()> {
        let (purpose, person) = match &token.purpose {
            Purpose::Decide(person) => ("decide", Some(person)),
            Purpose::Follow => ("follow", None),
        };
        let (name, email) = (person.map(|person| &person.name), person.map(|person| &person.email));
        let capacity = person.map(|person| person.capacity.word());
        let sql =
            "INSERT INTO token (hash, rid, purpose, name, email, capacity, created_at, wrapped) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.run(sql, params![token.hash, token.rid, purpose, name, email, capacity, token.created_at, token.wrapped])
    }

    fn forget_token(&mut self, hash: &[u8; 32]) -> Stored<()> {
        self.run("UPDATE token SET wrapped = NULL WHERE hash = ?1", &[hash])
    }

    fn n_confirmed_by(&mut self, mailbox: &str, since: i64) -> Stored<i64> {
        self.number("SELECT count(*) FROM decision WHERE mailbox = ?1 AND decision = 'confirmed' AND decided_at >= ?2", &[&mailbox, &since])
    }

    fn has_confirmed(&mut self, confirmer: &str, learner: &str) -> Stored<bool> {
        let sql = "SELECT count(*) FROM decision JOIN record USING (rid)
                   WHERE decision.mailbox = ?1 AND record.learner = ?2 AND decision.decision = 'confirmed'";
        self.number(sql, &[&confirmer, &learner]).map(|n| n > 0)
    }

    fn queue_mail(&mut self, mail: &Mail) -> Stored<()> {
        let sql = "INSERT INTO outbox (kind, rid, token, recipient, message_id, created_at, due_at, attempts, state, sent_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        self.run(
            sql,
            params![
                mail.kind.word(),
                mail.rid,
                mail.token,
                mail.recipient,
                mail.message_id,
                mail.created_at,
                mail.due_at,
                mail.attempts,
                mail.state.word(),
                mail.sent_at
            ],
        )
    }

    fn due_mails(&mut self, now: i64, at_most: usize) -> Stored<Vec<Mail>> {
        let sql = format!("{SELECT_MAIL} WHERE state IN ('waiting', 'held') AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2");
        self.all(&sql, params![now, at_most as i64], mail)
    }

    fn update_mail(&mut self, mail: &Mail) -> Stored<()> {
        let sql = "UPDATE outbox SET due_at = ?2, attempts = ?3, state = ?4, sent_at = ?5 WHERE id = ?1";
        self.run(sql, params![mail.id, mail.due_at, mail.attempts, mail.state.word(), mail.sent_at])
    }

    fn mails_of(&mut self, rid: &str) -> Stored<Vec<Mail>> {
        self.all(&format!("{SELECT_MAIL} WHERE rid = ?1 ORDER BY id"), &[&rid], mail)
    }

    fn n_mails_sent(&mut self, kinds: &[MailKind], recipient: Option<&[u8; 32]>, since: i64) -> Stored<i64> {
        let sql = "SELECT count(*) FROM outbox WHERE state = 'sent' AND sent_at > ?1 AND kind = ?2 AND (?3 IS NULL OR recipient = ?3)";
        let mut n = 0;
        for kind in kinds {
            n += self.number(sql, params![since, kind.word(), recipient])?;
        }
        Ok(n)
    }

    fn mail_queue(&mut self) -> Stored<(i64, Option<i64>)> {
        let sql = "SELECT count(*), min(created_at) FROM outbox WHERE state IN ('waiting', 'held')";
        self.one(sql, &[], |row| Ok((row.get(0)?, row.get(1)?))).map(|found| found.unwrap_or((0, None)))
    }

    fn log_size(&mut self) -> Stored<u64> {
        self.number("SELECT coalesce(max(seq) + 1, 0) FROM log", &[]).map(|size| u64::try_from(size).unwrap_or(0))
    }

    fn append_log(&mut self, line: &LogLine) -> Stored<()> {
        let seq = i64::try_from(line.seq).expect("no log has so many lines");
        self.run("INSERT INTO log (seq, entry, leaf) VALUES (?1, ?2, ?3)", params![seq, line.entry, line.leaf])
    }

    fn log_from(&mut self, seq: u64) -> Stored<Vec<LogLine>> {
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        self.all("SELECT seq, entry, leaf FROM log WHERE seq >= ?1 ORDER BY seq", &[&seq], |row| {
            Ok(LogLine { seq: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(u64::MAX), entry: text(row, 1)?, leaf: row.get(2)? })
        })
    }

    fn note(&mut self, key: &str) -> Stored<Option<String>> {
        self.one("SELECT value FROM note WHERE key = ?1", &[&key], |row| row.get(0))
    }

    fn put_note(&mut self, key: &str, value: &str) -> Stored<()> {
        let sql = "INSERT INTO note (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.run(sql, &[&key, &value])
    }
}

/// A text as it lies there, even if a byte of it was changed so that it is none any more: who reads it compares hashes.
fn text(row: &Row<'_>, index: usize) -> rusqlite::Result<String> {
    let bytes = row.get_ref(index)?.as_bytes().map_err(rusqlite::Error::from)?;
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

const SELECT_MAIL: &str = "SELECT id, kind, rid, token, recipient, message_id, created_at, due_at, attempts, state, sent_at FROM outbox";

fn mail(row: &Row<'_>) -> rusqlite::Result<Mail> {
    Ok(Mail {
        id: row.get(0)?,
        kind: word(row, 1, MailKind::from_word)?,
        rid: row.get(2)?,
        token: row.get(3)?,
        recipient: row.get(4)?,
        message_id: row.get(5)?,
        created_at: row.get(6)?,
        due_at: row.get(7)?,
        attempts: row.get(8)?,
        state: word(row, 9, MailState::from_word)?,
        sent_at: row.get(10)?,
    })
}
