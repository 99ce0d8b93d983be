//! The register, and what a database may and may not hold.

use serde_json::json;

use super::super::register::{self, Audit, Witness};
use super::super::reply::Origin;
use super::super::store;
use super::super::{confirming, submissions};
use super::bench::*;
use crate::completion::digest::to_base64url;

/// Every column of the tables that hold records, decisions, certificates, sealed answers and the log.
#[tokio::test]
async fn one_byte_changed_anywhere_is_named_by_the_audit() {
    let bench = Bench::with(|settings| settings.auto_issue = true);
    bench.submitted_and_confirmed(&bench.payload(1)).await;
    let mut peer = bench.payload(2);
    peer["confirmer"] = json!({ "name": "P", "email": "p@school.example", "capacity": "peer", "reason": "No manager." });
    assert_eq!(bench.submitted_and_confirmed(&peer).await, "needs_mars_check");
    bench.post(&bench.payload(3)).await.expect("it is taken");
    bench.deliver();
    let body = json!({ "token": bench.token("request"), "decision": "returned", "typed_name": "R", "comment": "See it again.", "comments": { "a": "And this." } });
    confirming::decide(&bench.inbox, body.to_string().as_bytes(), &page()).await.expect("it is returned");
    bench.post(&bench.payload(4)).await.expect("it is taken");
    // A withdrawn certificate fills the last column.
    store::write_now(&*bench.inbox.store, |tx| {
        let mut record = tx.record(&rid(1))?.expect("it is there");
        record.certificate.as_mut().expect("it was issued").revoked_on = Some(jiff::civil::date(2026, 3, 4));
        register::put(tx, &record, register::Kind::Issued, register::Actor::Operator, NOON)
    })
    .expect("it is written");
    let path = bench.folder.path().join("inbox.db");
    assert!(matches!(bench.audit(), Audit::Holds { .. }));
    let (checkpoint, _) = bench.inbox.checkpoint().expect("it can be signed");
    let witness = [Witness { size: checkpoint.size, root: checkpoint.root }];
    assert!(matches!(audit_of(&path, &witness), Audit::Holds { .. }));

    let raw = rusqlite::Connection::open(&path).expect("it can be opened");
    raw.pragma_update(None, "foreign_keys", false).expect("they can be switched off");
    let mut n_columns = 0;
    for table in ["record", "decision", "certificate", "seal", "log"] {
        let columns: Vec<(String, String)> = raw
            .prepare(&format!("PRAGMA table_info({table})"))
            .and_then(|mut rows| rows.query_map([], |row| Ok((row.get(1)?, row.get(2)?)))?.collect())
            .expect("the columns are listed");
        assert!(!columns.is_empty(), "{table} has columns");
        for (column, kind) in columns {
            let id: i64 = raw
                .query_row(&format!("SELECT rowid FROM {table} WHERE length({column}) > 0 ORDER BY rowid LIMIT 1"), [], |row| row.get(0))
                .unwrap_or_else(|_| panic!("{table}.{column} is filled somewhere"));
            let old: rusqlite::types::Value =
                raw.query_row(&format!("SELECT {column} FROM {table} WHERE rowid = ?1"), [id], |row| row.get(0)).expect("it is read");
            // The rowid of the log is its number, so what was changed is found by its value.
            let change = |to: &rusqlite::types::Value, from: &rusqlite::types::Value| {
                let sql = format!("UPDATE {table} SET {column} = ?1 WHERE {column} IS ?2 AND (rowid = ?3 OR '{kind}' = 'INTEGER')");
                raw.execute(&sql, rusqlite::params![to, from, id]).expect("it can be changed")
            };
            let flipped = flipped(&old);
            assert!(change(&flipped, &old) > 0, "{table}.{column}");
            let audit = audit_of(&path, &witness);
            assert!(matches!(audit, Audit::Fails { seq: Some(_), .. }), "{table}.{column} ({kind}): {audit:?}");
            change(&old, &flipped);
            assert!(matches!(audit_of(&path, &witness), Audit::Holds { .. }), "{table}.{column} is as it was");
            n_columns += 1;
        }
    }
    assert!(n_columns > 30, "only {n_columns} columns were tried");
    raw.execute("UPDATE definition SET text = replace(text, 'A?', 'B?')", []).expect("it can be changed");
    assert!(matches!(audit_of(&path, &witness), Audit::Fails { seq: Some(_), .. }), "what was asked is looked at, too");
}

fn flipped(value: &rusqlite::types::Value) -> rusqlite::types::Value {
    use rusqlite::types::Value;
    match value {
        Value::Integer(number) => Value::Integer(number ^ 0x40),
        Value::Text(text) => {
            let mut bytes = text.clone().into_bytes();
            let at = bytes.len() / 2;
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            Value::Text(String::from_utf8_lossy(&bytes).into_owned())
        }
        Value::Blob(bytes) => {
            let mut bytes = bytes.clone();
            bytes[0] ^= 1;
            Value::Blob(bytes)
        }
        other => other.clone(),
    }
}

#[tokio::test]
async fn a_database_put_back_is_named_also_after_the_inbox_went_on_with_it() {
    let bench = Bench::new();
    bench.submitted_and_confirmed(&bench.payload(1)).await;
    let (path, yesterday) = (bench.folder.path().join("inbox.db"), bench.folder.path().join("yesterday.db"));
    let raw = rusqlite::Connection::open(&path).expect("it can be opened");
    raw.execute("VACUUM INTO ?1", [yesterday.to_str().expect("the path is text")]).expect("it can be copied");
    bench.pass(1);
    bench.submitted_and_confirmed(&bench.payload(2)).await;
    bench.inbox.write_checkpoint().expect("it is written");
    let seen = |file: &std::path::Path| {
        let paths = super::super::checkpoint::all(&bench.inbox.settings.checkpoints).expect("they are listed");
        let read = |path: &std::path::PathBuf| super::super::checkpoint::read(path, &bench.inbox.settings.keys).expect("it is ours");
        audit_of(file, &paths.iter().map(read).collect::<Vec<_>>())
    };
    assert!(matches!(seen(&path), Audit::Holds { .. }));
    assert!(matches!(seen(&yesterday), Audit::Fails { seq: Some(3), .. }));
    // Signed over what was put back, a newer checkpoint lies beside the one that knew better.
    let store = store::SqliteStore::open(&yesterday).expect("it can be opened");
    let tree = store::read(&store, |tx| {
        let mut tree = register::Tree::default();
        tree.catch_up(tx)?;
        Ok(tree)
    });
    let tree = tree.expect("it can be read");
    let blessing = Witness { size: tree.size(), root: tree.root() };
    let (checkpoint, _) = bench.inbox.checkpoint().expect("it can be signed");
    let knowing = Witness { size: checkpoint.size, root: checkpoint.root };
    assert!(matches!(audit_of(&yesterday, &[knowing, blessing]), Audit::Fails { .. }));
    // And a start says so before it signs.
    let at_start =
        |witnesses: Vec<Witness>| store::read(&store, move |tx| register::contradiction(tx, &witnesses)).expect("it can be read");
    assert!(at_start(vec![knowing, blessing]).is_some());
    assert_eq!(at_start(vec![blessing]), None);
}

#[tokio::test]
async fn a_clock_that_steps_back_is_said() {
    let bench = Bench::new();
    bench.post(&bench.payload(1)).await.expect("it is taken");
    bench.pass(-60);
    bench.post(&bench.payload(2)).await.expect("it is taken");
    assert!(matches!(bench.audit(), Audit::Holds { steps_back, .. } if steps_back == [1]));
}

#[tokio::test]
async fn a_log_that_was_cut_or_rewritten_does_not_fit_its_checkpoint() {
    let bench = Bench::new();
    bench.submitted_and_confirmed(&bench.payload(1)).await;
    let (checkpoint, _) = bench.inbox.checkpoint().expect("it can be signed");
    let witness = [Witness { size: checkpoint.size, root: checkpoint.root }];
    let path = bench.folder.path().join("inbox.db");
    bench.post(&bench.payload(2)).await.expect("it is taken");
    assert!(matches!(audit_of(&path, &witness), Audit::Holds { n_entries: 4, .. }));
    let other = [Witness { size: 2, root: [1; 32] }, witness[0]];
    assert!(matches!(audit_of(&path, &other), Audit::Fails { seq: Some(1), .. }));
    let later = [witness[0], Witness { size: 9, root: [1; 32] }];
    assert!(matches!(audit_of(&path, &later), Audit::Fails { seq: Some(4), .. }));
}

#[tokio::test]
async fn a_database_and_its_copy_hold_no_answer_no_token_and_no_key() {
    let bench = Bench::new();
    let payload = bench.payload(1);
    let (body, key) = bench.body(&payload);
    submissions::post(&bench.inbox, body.as_bytes(), &Origin::None).await.expect("it is taken");
    // The mail still waits: everything that a link is made of is in the database.
    let path = bench.folder.path().join("inbox.db");
    let copy = bench.folder.path().join("copy.db");
    let raw = rusqlite::Connection::open(&path).expect("it can be opened");
    raw.execute("VACUUM INTO ?1", [copy.to_str().expect("the path is text")]).expect("it can be copied");
    let before = [path.clone(), path.with_extension("db-wal"), copy].map(|path| std::fs::read(path).unwrap_or_default());
    bench.deliver();
    let token = bench.token("request");
    let follow = bench.token("received");
    bench.decide(&token, "confirmed").await.expect("it is decided");
    drop(raw);
    bench.inbox.store.tidy().expect("the log can be cut");
    let after = [path.clone(), path.with_extension("db-wal")].map(|path| std::fs::read(path).unwrap_or_default()).concat();
    for secret in [key.as_str(), &token, &follow, KEY_FILES[0], KEY_FILES[1]] {
        for file in before.iter().chain([&after]) {
            let is_there = file.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_there, "{secret} stands in the database");
        }
    }
    let sealed = to_base64url(b"the sealed answers, as no inbox reads them");
    assert!(!after.windows(sealed.len()).any(|window| window == sealed.as_bytes()), "after the decision the seal is erased");
}
