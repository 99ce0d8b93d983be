//! An inbox without sockets: real rules, a real database, a clock that a test moves, and mails that are read from their files.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::HeaderValue;
use ring::rand::SystemRandom;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::dev_mail::Mail;
use super::mail::{Smtp, Transport};
use super::refusal::Refusal;
use super::register::{self, Audit, Witness};
use super::reply::{Origin, Reply};
use super::store::{self, MailKind, MailState, SqliteStore, State};
use super::{Inbox, Offered, OfferedWorkbook, Settings, confirming, learner, operator, outbox, secrets, submissions, timekeeper};
use crate::completion::canonical::canonical;
use crate::completion::definition;
use crate::completion::digest::{digest_of, to_base64url};
use crate::completion::jws::{self, SigningKey};
use crate::completion::keys::{BoardKey, BoardKeys};
use crate::completion::objects::{CERTIFICATE, SUBMISSION};
use crate::completion::submission::london_day;
use crate::completion::verdict::{self, Verdict};
use crate::config::InboxLimits;
use crate::data::agencies;
use crate::quiz;

const ORIGIN: &str = "https://inbox.example";
const SITE: &str = "https://toolkit.example";

/// Tuesday, 3 March 2026, at noon.
const NOON: i64 = 1_772_539_200;
const DAY: i64 = 86_400;

const KEY_FILES: [&str; 2] = ["signing-secret.pem", "wrapping-secret"];

struct Bench {
    folder: TempDir,
    inbox: Arc<Inbox>,
    clock: Arc<AtomicI64>,
    learner_key: SigningKey,
    transport: Transport,
}

impl Bench {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let random = SystemRandom::new();
        let (board, wrap) = (folder.path().join(KEY_FILES[0]), folder.path().join(KEY_FILES[1]));
        secrets::make_files(&board, &wrap, &random).expect("the keys can be made");
        let signing_key = secrets::read_board_key(&board, &random).expect("the key can be read");
        let kid = String::from("board-2026");
        let keys = BoardKeys { keys: vec![BoardKey { kid: kid.clone(), key: signing_key.public().clone(), nbf: 0, exp: 0 }] };
        let mut settings = Settings {
            origin: ORIGIN.to_owned(),
            site: SITE.to_owned(),
            allowed_origins: vec![SITE.to_owned()],
            signing_key,
            kid,
            keys,
            wrap_key: secrets::read_wrap_key(&wrap).expect("the key can be read"),
            mars_mailbox: Some(String::from("mars@board.example")),
            mail_from: String::from("toolkit@board.example"),
            auto_issue: true,
            lapse_days: 28,
            trusted_proxies: Vec::new(),
            limits: InboxLimits::default(),
            checkpoints: folder.path().join("checkpoints"),
            dev_mail: None,
        };
        change(&mut settings);
        let clock = Arc::new(AtomicI64::new(NOON));
        let reading = clock.clone();
        let store = Arc::new(SqliteStore::open(&folder.path().join("inbox.db")).expect("the database can be made"));
        let inbox = Inbox::new(settings, offered(), store, Arc::new(move || reading.load(Ordering::SeqCst))).expect("it can be opened");
        let learner_key = SigningKey::from_pkcs8(&SigningKey::generate(&random), &random).expect("the key is sound");
        let transport = Transport::Folder(folder.path().join("mail"));
        Self { inbox: Arc::new(inbox), clock, learner_key, transport, folder }
    }

    fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    fn payload(&self, n: u8) -> Value {
        let workbook = offered().workbooks.into_values().next().expect("there is one").definition;
        json!({
            "v": 1, "rid": rid(n), "aud": ORIGIN, "iat": self.inbox.now(),
            "workbook": { "id": workbook.id, "version": workbook.version, "title": workbook.title, "digest": workbook.digest },
            "learner": {
                "name": format!("Zoë Learner {n}"), "email": format!("zoe{n}@school.example"), "job_title": "Teaching assistant",
                "agency": { "id": "school", "name": "School" },
            },
            "completed_on": london_day(self.inbox.now()).to_string(),
            "answers": { "count": 2, "digest": digest_of(b"answers") },
            "confirmer": { "name": "Ruth Confirmer", "email": "ruth@school.example", "capacity": "manager" },
        })
    }

    /// The body that a browser would post, and K.
    fn body(&self, payload: &Value) -> (String, String) {
        let header = json!({ "alg": "ES256", "typ": SUBMISSION, "jwk": self.learner_key.public().to_jwk() });
        let record = self.learner_key.sign_with_header(&header, payload, &self.inbox.random);
        let key = secrets::random_token(&self.inbox.random);
        let ciphertext = to_base64url(b"the sealed answers, as no inbox reads them");
        (json!({ "record": record, "sealed": { "key": key, "iv": to_base64url(&[1; 12]), "ciphertext": ciphertext } }).to_string(), key)
    }

    async fn post(&self, payload: &Value) -> Result<Reply, Refusal> {
        submissions::post(&self.inbox, self.body(payload).0.as_bytes(), &Origin::None).await
    }

    fn deliver(&self) {
        let (inbox, transport) = (self.inbox.clone(), &self.transport);
        std::thread::scope(|scope| scope.spawn(|| outbox::deliver_due(&inbox, transport)).join())
            .expect("sending does not panic")
            .expect("the queue can be read and written");
    }

    /// The mails of one kind, oldest first.
    fn mails(&self, kind: &str) -> Vec<Mail> {
        let mut names: Vec<_> = match std::fs::read_dir(self.folder.path().join("mail")) {
            Ok(entries) => entries.map(|entry| entry.expect("it can be read").path()).collect(),
            Err(_) => Vec::new(),
        };
        names.sort();
        // `<seconds>-<number>-<kind>.eml`
        let is_kind = |path: &&std::path::PathBuf| {
            path.to_string_lossy().rsplit('/').next().and_then(|name| name.splitn(3, '-').nth(2)) == Some(&format!("{kind}.eml"))
        };
        let read = |path| Mail::read(&std::fs::read_to_string(path).expect("it can be read")).expect("it is a mail");
        names.iter().filter(|path| is_kind(path)).map(read).collect()
    }

    /// T, or W, of the newest mail of a kind.
    fn token(&self, kind: &str) -> String {
        token_in(&self.mails(kind).pop().unwrap_or_else(|| panic!("there is a mail `{kind}`")))
    }

    async fn decide(&self, token: &str, decision: &str) -> Result<Reply, Refusal> {
        let mut body = json!({ "token": token, "decision": decision, "typed_name": "Ruth C" });
        if decision == "confirmed" {
            body["statement"] = "discussed-and-sufficient/1".into();
        }
        confirming::decide(&self.inbox, body.to_string().as_bytes(), &page()).await
    }

    async fn submitted_and_confirmed(&self, payload: &Value) -> String {
        self.post(payload).await.expect("it is taken");
        self.deliver();
        let reply = self.decide(&self.token("request"), "confirmed").await.expect("it is decided");
        reply.body["state"].as_str().expect("it has a state").to_owned()
    }

    fn audit(&self) -> Audit {
        audit_of(&self.folder.path().join("inbox.db"), None)
    }
}

fn token_in(mail: &Mail) -> String {
    let start = ["#t=", "#w="].iter().find_map(|mark| mail.text.find(mark)).expect("it has a link") + 3;
    mail.text[start..start + 43].to_owned()
}

fn audit_of(path: &Path, witness: Option<Witness>) -> Audit {
    let store = SqliteStore::open(path).expect("it can be opened");
    store::read(&store, move |tx| register::audit(tx, witness)).expect("it can be audited")
}

fn rid(n: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{n:02x}")
}

fn page() -> Origin {
    Origin::Allowed(HeaderValue::from_static(SITE))
}

fn offered() -> Offered {
    let text = "id = \"w\"\nversion = 1\ntitle = \"Awareness\"\nsummary = \"S\"\nrenew_after_months = 24\n[[question]]\nid = \"a\"\ntype = \"open\"\nprompt = \"A?\"\n[[question]]\nid = \"b\"\ntype = \"open\"\nprompt = \"B?\"\n";
    let quiz = quiz::parse(&"quizzes/w.toml".into(), text).0.expect("the quiz is sound");
    let register = "free_mail = [\"free.example\"]\n[[agency]]\nid = \"school\"\nname = \"Ancholme School\"\nmail_domains = [\"school.example\", \"free.example\"]\n";
    let (register, found) = agencies::parse(&"content/data/agencies.toml".into(), register);
    assert_eq!(found, []);
    let definition = definition::of(&quiz);
    let workbook = OfferedWorkbook { definition: definition.clone(), renew_after_months: quiz.renew_after_months };
    Offered { register, workbooks: [(definition.digest, workbook)].into() }
}

fn faults(outcome: Result<Reply, Refusal>) -> Vec<String> {
    match outcome {
        Err(Refusal::Fields(faults)) => faults.into_iter().map(|fault| fault.pointer).collect(),
        other => panic!("faults were expected, not {other:?}"),
    }
}

#[tokio::test]
async fn a_completion_goes_all_the_way_to_a_certificate_that_verifies() {
    let bench = Bench::new();
    let payload = bench.payload(1);
    let (body, key) = bench.body(&payload);
    let reply = submissions::post(&bench.inbox, body.as_bytes(), &Origin::None).await.expect("it is taken");
    assert_eq!((reply.status.as_u16(), &reply.body["state"]), (201, &json!("awaiting_confirmation")));
    let again = submissions::post(&bench.inbox, body.as_bytes(), &Origin::None).await.expect("it is there");
    assert_eq!((again.status.as_u16(), &again.body["receipt"]), (200, &reply.body["receipt"]));

    bench.deliver();
    let request = bench.mails("request").pop().expect("there is one").text;
    let token = bench.token("request");
    assert!(request.contains(&format!("{SITE}/confirm/#t={token}.{key}\n")), "{request}");
    let opened = confirming::open(&bench.inbox, json!({ "token": token }).to_string().as_bytes(), &Origin::None).expect("it opens");
    assert_eq!(opened.body["sent_to"], "r…@school.example");
    assert!(opened.body["sealed"]["ciphertext"].is_string() && opened.body["sealed"]["key"].is_null());

    let decided = bench.decide(&token, "confirmed").await.expect("it is decided");
    assert_eq!(decided.body["state"], "issued");
    assert!(matches!(bench.decide(&token, "returned").await, Err(Refusal::Decided { .. })));
    bench.deliver();
    assert!(bench.mails("issued").remove(0).attachment.expect("it has a file").starts_with(b"%PDF-"));

    let follow = json!({ "token": bench.token("issued"), "action": "status" }).to_string();
    let status = learner::post(&bench.inbox, follow.as_bytes(), &Origin::None).await.expect("it is shown");
    let certificate = status.body["certificate"].as_str().expect("there is one");
    let verdict = verdict::judge(certificate, &bench.inbox.settings.keys, Some(ORIGIN), bench.inbox.now());
    let Verdict::Certificate { facts, is_expired: false } = verdict else { panic!("{verdict:?}") };
    assert_eq!((facts.name.as_str(), facts.agency.as_str()), ("Zoë Learner 1", "Ancholme School"));
    assert_eq!(facts.exp.map(london_day), Some(jiff::civil::date(2028, 3, 3)), "two years later");
    assert_eq!(bench.audit(), Audit::Holds { n_entries: 3, n_records: 1 });
}

#[tokio::test]
async fn after_eight_days_without_a_mail_server_the_link_still_works() {
    let mut bench = Bench::new();
    // A port that was free a moment ago and that nobody listens on.
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("it has one").port();
    let nobody = Smtp::parse(&format!("smtp://127.0.0.1:{port}"), None).expect("the address is sound");
    let folder = std::mem::replace(&mut bench.transport, Transport::Smtp(nobody));
    let payload = bench.payload(1);
    bench.post(&payload).await.expect("it is taken");
    for _ in 0..8 * 24 {
        bench.deliver();
        bench.pass(3_600);
    }
    let mails = store::read(&*bench.inbox.store, |tx| tx.mails_of(&rid(1))).expect("they are read");
    assert!(mails.iter().all(|mail| mail.state == MailState::Waiting && mail.attempts > 100), "{mails:?}");
    bench.transport = folder;
    bench.pass(3_600);
    bench.deliver();
    let token = bench.token("request");
    confirming::open(&bench.inbox, json!({ "token": token }).to_string().as_bytes(), &Origin::None).expect("it opens");
    assert_eq!(bench.decide(&token, "confirmed").await.expect("it is decided").body["state"], "issued");
    assert_eq!(bench.mails("request").len(), 1, "it was sent once");
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
    raw.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("it can be checkpointed");
    let after = std::fs::read(&path).expect("it can be read");
    for secret in [key.as_str(), &token, &follow, KEY_FILES[0], KEY_FILES[1]] {
        for file in before.iter().chain([&after]) {
            let is_there = file.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_there, "{secret} stands in the database");
        }
    }
    let sealed = to_base64url(b"the sealed answers, as no inbox reads them");
    assert!(!after.windows(sealed.len()).any(|window| window == sealed.as_bytes()), "after the decision the seal is erased");
}

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
    let witness = Some(Witness { size: checkpoint.size, root: checkpoint.root });
    assert!(matches!(audit_of(&path, witness), Audit::Holds { .. }));

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
            let audit = audit_of(&path, witness);
            assert!(matches!(audit, Audit::Fails { seq: Some(_), .. }), "{table}.{column} ({kind}): {audit:?}");
            change(&old, &flipped);
            assert!(matches!(audit_of(&path, witness), Audit::Holds { .. }), "{table}.{column} is as it was");
            n_columns += 1;
        }
    }
    assert!(n_columns > 30, "only {n_columns} columns were tried");
    raw.execute("UPDATE definition SET text = replace(text, 'A?', 'B?')", []).expect("it can be changed");
    assert!(matches!(audit_of(&path, witness), Audit::Fails { seq: Some(_), .. }), "what was asked is looked at, too");
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
async fn a_log_that_was_cut_or_rewritten_does_not_fit_its_checkpoint() {
    let bench = Bench::new();
    bench.submitted_and_confirmed(&bench.payload(1)).await;
    let (checkpoint, _) = bench.inbox.checkpoint().expect("it can be signed");
    let witness = Some(Witness { size: checkpoint.size, root: checkpoint.root });
    let path = bench.folder.path().join("inbox.db");
    bench.post(&bench.payload(2)).await.expect("it is taken");
    assert!(matches!(audit_of(&path, witness), Audit::Holds { n_entries: 4, .. }));
    let other = Some(Witness { size: 2, root: [1; 32] });
    assert!(matches!(audit_of(&path, other), Audit::Fails { seq: Some(1), .. }));
    let later = Some(Witness { size: 9, root: [1; 32] });
    assert!(matches!(audit_of(&path, later), Audit::Fails { seq: Some(4), .. }));
}

#[tokio::test]
async fn what_needs_a_look_waits_for_the_team() {
    let cases: [(&str, Value); 6] = [
        ("/confirmer/email", json!("ruth@elsewhere.example")),
        ("/learner/agency", json!({ "id": "other", "name": "A charity" })),
        ("/learner/email", json!("zoe@free.example")),
        ("/confirmer/email", json!("ruth@free.example")),
        ("/confirmer", json!({ "name": "P", "email": "p@school.example", "capacity": "peer", "reason": "No manager." })),
        ("/learner/name", json!("محمد")),
    ];
    let bench = Bench::new();
    assert_eq!(bench.submitted_and_confirmed(&bench.payload(0)).await, "issued");
    for (n, (pointer, value)) in (1..).zip(cases) {
        let mut payload = bench.payload(n);
        *payload.pointer_mut(pointer).expect("it is there") = value;
        assert_eq!(bench.submitted_and_confirmed(&payload).await, "needs_mars_check", "{pointer}");
        let (record, _) = operator::show(&*bench.inbox.store, &rid(n)).expect("it is read").expect("it is there");
        assert_eq!(record.reasons.len(), 1, "{pointer}: {:?}", record.reasons);
    }
    // Learner and confirmer of the first record, the other way round.
    let mut payload = bench.payload(9);
    payload["learner"]["email"] = "ruth+x@school.example".into();
    payload["confirmer"]["email"] = "zoe0@school.example".into();
    assert_eq!(bench.submitted_and_confirmed(&payload).await, "needs_mars_check");
    assert_eq!(Bench::with(|settings| settings.auto_issue = false).submitted_and_confirmed(&bench.payload(1)).await, "needs_mars_check");

    let issued = operator::judge(&bench.inbox, &rid(1), operator::Judgement::Issue);
    let issued = tokio::task::spawn_blocking(move || issued).await.expect("it ends").expect("it is written").expect("it is issued");
    assert_eq!(issued.state, State::Issued);
    let refused = operator::judge(&bench.inbox, &rid(2), operator::Judgement::Refuse(String::from("Nobody knows them.")));
    assert_eq!(refused.expect("it is written").expect("it is refused").state, State::Refused);
    assert!(operator::judge(&bench.inbox, &rid(2), operator::Judgement::Issue).expect("it is read").is_err());
    bench.deliver();
    assert_eq!((bench.mails("refused").len(), bench.mails("check").len()), (1, 7));
    assert!(!bench.mails("refused")[0].text.contains("Nobody knows them"), "a reason is not mailed");
    assert!(matches!(bench.audit(), Audit::Holds { .. }));
}

#[tokio::test]
async fn a_busy_confirmer_is_noticed() {
    let bench = Bench::with(|settings| settings.limits.mails_to_confirmer = 1_000);
    for n in 0..20 {
        assert_eq!(bench.submitted_and_confirmed(&bench.payload(n)).await, "issued", "{n}");
    }
    assert_eq!(bench.submitted_and_confirmed(&bench.payload(20)).await, "needs_mars_check");
    bench.pass(31 * DAY);
    assert_eq!(bench.submitted_and_confirmed(&bench.payload(21)).await, "issued");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_decide_at_once_one_is_told_of_the_other() {
    let bench = Bench::new();
    for n in 0..10 {
        bench.post(&bench.payload(n)).await.expect("it is taken");
        bench.deliver();
        let token = bench.token("request");
        let (first, second) = tokio::join!(bench.decide(&token, "confirmed"), bench.decide(&token, "returned"));
        let statuses = [first, second].map(|outcome| match outcome {
            Ok(_) => 200,
            Err(Refusal::Decided { by, .. }) if by == "Ruth C" => 409,
            Err(other) => panic!("{other:?}"),
        });
        assert!(statuses.contains(&200) && statuses.contains(&409), "{statuses:?}");
    }
}

#[tokio::test]
async fn limits_hold_mails_back_and_lose_none() {
    let bench = Bench::with(|settings| settings.limits.mails_to_confirmer = 2);
    for n in 0..4 {
        bench.post(&bench.payload(n)).await.expect("a limit on mails refuses no record");
    }
    bench.deliver();
    assert_eq!((bench.mails("request").len(), bench.mails("received").len()), (2, 4));
    let held = |n: u8| {
        let mails = store::read(&*bench.inbox.store, move |tx| tx.mails_of(&rid(n))).expect("they are read");
        mails.into_iter().filter(|mail| mail.kind == MailKind::Request && mail.state == MailState::Held).count()
    };
    assert_eq!((0..4).map(held).sum::<usize>(), 2);
    bench.pass(DAY + 1);
    bench.deliver();
    assert_eq!(bench.mails("request").len(), 4);
}

#[tokio::test]
async fn a_post_again_reminds_the_confirmer_once_a_day() {
    let bench = Bench::new();
    let payload = bench.payload(1);
    let (body, _) = bench.body(&payload);
    let post = || submissions::post(&bench.inbox, body.as_bytes(), &Origin::None);
    post().await.expect("it is taken");
    for (seconds, n_mails) in [(0, 2), (60, 2), (DAY - 61, 2), (2, 3), (60, 3), (DAY, 4)] {
        bench.pass(seconds);
        post().await.expect("it is there");
        bench.deliver();
        assert_eq!(bench.mails("request").len(), n_mails, "after {seconds} seconds more");
    }
    // Every link of a record is good until the decision.
    let first = token_in(&bench.mails("request")[0]);
    bench.decide(&first, "confirmed").await.expect("the first link decides, too");
    bench.pass(DAY + 1);
    post().await.expect("it is there");
    bench.deliver();
    assert_eq!(bench.mails("request").len(), 4, "what is decided is not asked about");
}

#[tokio::test]
async fn who_does_not_decide_is_reminded_three_times_and_then_it_lapses() {
    let bench = Bench::new();
    bench.post(&bench.payload(1)).await.expect("it is taken");
    for day in 0..=28 {
        timekeeper::look(&bench.inbox).await.expect("the time is kept");
        // A second look on the same day changes nothing.
        timekeeper::look(&bench.inbox).await.expect("the time is kept");
        bench.deliver();
        let n_mails = 1 + [7, 14, 21].iter().filter(|on| **on <= day).count();
        assert_eq!(bench.mails("request").len(), n_mails, "on day {day}");
        let (record, _) = operator::show(&*bench.inbox.store, &rid(1)).expect("it is read").expect("it is there");
        assert_eq!(record.state, if day < 28 { State::AwaitingConfirmation } else { State::Lapsed }, "on day {day}");
        bench.pass(DAY);
    }
    assert!(matches!(bench.decide(&bench.token("request"), "confirmed").await, Err(Refusal::Conflict(words)) if words.contains("lapsed")));
    let opened = confirming::open(&bench.inbox, json!({ "token": bench.token("request") }).to_string().as_bytes(), &Origin::None);
    assert_eq!(opened.map(|reply| (reply.body["state"].clone(), reply.body["sealed"].clone())), Ok((json!("lapsed"), Value::Null)));
    let mut again = bench.payload(2);
    (again["replaces"], again["learner"]["email"]) = (rid(1).into(), "zoe1@school.example".into());
    bench.post(&again).await.expect("it takes the place of what lapsed");
    assert!(matches!(bench.audit(), Audit::Holds { .. }));
}

#[tokio::test]
async fn a_request_is_withdrawn_or_replaced() {
    let bench = Bench::new();
    bench.post(&bench.payload(1)).await.expect("it is taken");
    bench.deliver();
    let (decides, follows) = (bench.token("request"), bench.token("received"));
    let ask = |action: &str| json!({ "token": follows, "action": action }).to_string();
    let withdraw = learner::post(&bench.inbox, ask("withdraw").as_bytes(), &Origin::None).await.expect("it is withdrawn");
    assert_eq!(withdraw.body["state"], "withdrawn");
    assert_eq!(learner::post(&bench.inbox, ask("withdraw").as_bytes(), &Origin::None).await, Ok(withdraw), "twice is once");
    assert!(matches!(bench.decide(&decides, "confirmed").await, Err(Refusal::Conflict(_))));

    bench.post(&bench.payload(2)).await.expect("it is taken");
    let mut other = bench.payload(3);
    other["replaces"] = rid(2).into();
    assert_eq!(faults(bench.post(&other).await), ["/replaces"], "another learner's");
    other["learner"]["email"] = "zoe2@school.example".into();
    bench.post(&other).await.expect("it takes the place of the second");
    let (old, _) = operator::show(&*bench.inbox.store, &rid(2)).expect("it is read").expect("it is there");
    assert_eq!(old.state, State::Withdrawn);
    let mut after = bench.payload(4);
    (after["replaces"], after["learner"]["email"]) = (rid(2).into(), "zoe2@school.example".into());
    assert_eq!(faults(bench.post(&after).await), ["/replaces"], "what is over is not replaced");
    after["replaces"] = rid(99).into();
    bench.post(&after).await.expect("what nobody knows is replaced without effect");
    assert!(matches!(bench.audit(), Audit::Holds { .. }));
}

#[tokio::test]
async fn every_fault_of_a_record_is_named_at_once() {
    let bench = Bench::new();
    let mut payload = bench.payload(1);
    payload["v"] = 2.into();
    payload["aud"] = "https://elsewhere.example".into();
    payload["iat"] = (NOON + 301).into();
    payload["workbook"]["title"] = "Another".into();
    payload["learner"]["name"] = " a".into();
    payload["learner"]["agency"]["id"] = "nobody".into();
    payload["confirmer"]["capacity"] = "boss".into();
    payload["completed_on"] = "2026-03-05".into();
    payload["answers"]["count"] = 1.5.into();
    payload["extra/~"] = 1.into();
    // The canonical form of our tests knows no fractions.
    let text = canonical(&{
        let mut whole = payload.clone();
        whole["answers"]["count"] = 7.into();
        whole
    })
    .replace("\"count\":7", "\"count\":1.5");
    let header = json!({ "alg": "ES256", "typ": SUBMISSION, "jwk": bench.learner_key.public().to_jwk() });
    let signed = format!("{}.{}", to_base64url(header.to_string().as_bytes()), to_base64url(text.as_bytes()));
    let compact = bench.learner_key.sign_text(&signed, &bench.inbox.random);
    let outcome = submissions::post(&bench.inbox, json!({ "record": compact, "x": 1 }).to_string().as_bytes(), &Origin::None).await;
    let mut pointers = faults(outcome);
    pointers.sort();
    let expected = [
        "/answers/count",
        "/aud",
        "/completed_on",
        "/confirmer/capacity",
        "/extra~1~0",
        "/iat",
        "/learner/agency/id",
        "/learner/name",
        "/sealed",
        "/v",
        "/workbook",
        "/x",
    ];
    assert_eq!(pointers, expected);
}

#[test]
fn the_certificate_of_a_record_is_a_pdf_with_its_signed_text() {
    let runtime = tokio::runtime::Runtime::new().expect("it starts");
    let bench = Bench::new();
    assert_eq!(runtime.block_on(bench.submitted_and_confirmed(&bench.payload(1))), "issued");
    let (record, _) = operator::show(&*bench.inbox.store, &rid(1)).expect("it is read").expect("it is there");
    let pdf = bench.inbox.certificate_pdf(&record).expect("it can be drawn");
    let texts = verdict::texts_in(&pdf);
    assert_eq!(texts, [record.certificate.expect("it was issued").jws]);
    assert!(jws::parse(texts[0], jws::MAX_LENGTH).expect("it can be read").kid(CERTIFICATE).is_ok());
}
