//! An inbox to be tried: keys and a database of its own, a clock that a test moves, mails as files, and a learner.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::HeaderValue;
use ring::rand::SystemRandom;
use serde_json::{Value, json};
use tempfile::TempDir;

pub(super) use super::super::DAY;
use super::super::dev_mail::Mail;
use super::super::mail::Transport;
use super::super::refusal::Refusal;
use super::super::register::{self, Audit, Witness};
use super::super::reply::{Origin, Reply};
use super::super::store::{self, SqliteStore};
use super::super::{Inbox, Offered, OfferedWorkbook, Settings, confirming, outbox, secrets, submissions};
use crate::completion::definition;
use crate::completion::digest::{digest_of, to_base64url};
use crate::completion::jws::SigningKey;
use crate::completion::keys::{BoardKey, BoardKeys};
use crate::completion::objects::SUBMISSION;
use crate::completion::submission::london_day;
use crate::config::InboxLimits;
use crate::data::agencies;
use crate::quiz;

pub(super) const ORIGIN: &str = "https://inbox.example";
pub(super) const SITE: &str = "https://toolkit.example";

/// Tuesday, 3 March 2026, at noon.
pub(super) const NOON: i64 = 1_772_539_200;

pub(super) const KEY_FILES: [&str; 2] = ["signing-secret.pem", "wrapping-secret"];

pub(super) struct Bench {
    pub(super) folder: TempDir,
    pub(super) inbox: Arc<Inbox>,
    pub(super) clock: Arc<AtomicI64>,
    pub(super) learner_key: SigningKey,
    pub(super) transport: Transport,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let random = SystemRandom::new();
        let (board, wrap) = (folder.path().join(KEY_FILES[0]), folder.path().join(KEY_FILES[1]));
        secrets::make_board_key(&board, &random).expect("the key can be made");
        secrets::make_wrap_key(&wrap, &random).expect("the key can be made");
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

    pub(super) fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(super) fn payload(&self, n: u8) -> Value {
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
    pub(super) fn body(&self, payload: &Value) -> (String, String) {
        let header = json!({ "alg": "ES256", "typ": SUBMISSION, "jwk": self.learner_key.public().to_jwk() });
        let record = self.learner_key.sign_with_header(&header, payload, &self.inbox.random);
        let key = secrets::random_token(&self.inbox.random);
        let ciphertext = to_base64url(b"the sealed answers, as no inbox reads them");
        (json!({ "record": record, "sealed": { "key": key, "iv": to_base64url(&[1; 12]), "ciphertext": ciphertext } }).to_string(), key)
    }

    pub(super) async fn post(&self, payload: &Value) -> Result<Reply, Refusal> {
        submissions::post(&self.inbox, self.body(payload).0.as_bytes(), &Origin::None).await
    }

    pub(super) fn deliver(&self) {
        let (inbox, transport) = (self.inbox.clone(), &self.transport);
        std::thread::scope(|scope| scope.spawn(|| outbox::deliver_due(&inbox, transport)).join())
            .expect("sending does not panic")
            .expect("the queue can be read and written");
    }

    /// The mails of one kind, oldest first.
    pub(super) fn mails(&self, kind: &str) -> Vec<Mail> {
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
    pub(super) fn token(&self, kind: &str) -> String {
        token_in(&self.mails(kind).pop().unwrap_or_else(|| panic!("there is a mail `{kind}`")))
    }

    pub(super) async fn decide(&self, token: &str, decision: &str) -> Result<Reply, Refusal> {
        let mut body = json!({ "token": token, "decision": decision, "typed_name": "Ruth C" });
        if decision == "confirmed" {
            body["statement"] = "discussed-and-sufficient/1".into();
        }
        confirming::decide(&self.inbox, body.to_string().as_bytes(), &page()).await
    }

    pub(super) async fn submitted_and_confirmed(&self, payload: &Value) -> String {
        self.post(payload).await.expect("it is taken");
        self.deliver();
        let reply = self.decide(&self.token("request"), "confirmed").await.expect("it is decided");
        reply.body["state"].as_str().expect("it has a state").to_owned()
    }

    pub(super) fn audit(&self) -> Audit {
        audit_of(&self.folder.path().join("inbox.db"), &[])
    }
}

pub(super) fn token_in(mail: &Mail) -> String {
    let start = ["#t=", "#w="].iter().find_map(|mark| mail.text.find(mark)).expect("it has a link") + 3;
    mail.text[start..start + 43].to_owned()
}

pub(super) fn audit_of(path: &Path, witnesses: &[Witness]) -> Audit {
    let store = SqliteStore::open(path).expect("it can be opened");
    let witnesses = witnesses.to_vec();
    store::read(&store, move |tx| register::audit(tx, &witnesses)).expect("it can be audited")
}

pub(super) fn rid(n: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{n:02x}")
}

pub(super) fn page() -> Origin {
    Origin::Allowed(HeaderValue::from_static(SITE))
}

pub(super) fn offered() -> Offered {
    let text = "id = \"w\"\nversion = 1\ntitle = \"Awareness\"\nsummary = \"S\"\nrenew_after_months = 24\n[[question]]\nid = \"a\"\ntype = \"open\"\nprompt = \"A?\"\n[[question]]\nid = \"b\"\ntype = \"open\"\nprompt = \"B?\"\n";
    let quiz = quiz::parse(&"quizzes/w.toml".into(), text).0.expect("the quiz is sound");
    let register = "free_mail = [\"free.example\"]\n[[agency]]\nid = \"school\"\nname = \"Ancholme School\"\nmail_domains = [\"school.example\", \"free.example\"]\n";
    let (register, found) = agencies::parse(&"content/data/agencies.toml".into(), register);
    assert_eq!(found, []);
    let definition = definition::of(&quiz);
    let workbook = OfferedWorkbook { definition: definition.clone(), renew_after_months: quiz.renew_after_months };
    Offered { register, workbooks: [(definition.digest, workbook)].into() }
}

pub(super) fn faults(outcome: Result<Reply, Refusal>) -> Vec<String> {
    match outcome {
        Err(Refusal::Fields(faults)) => faults.into_iter().map(|fault| fault.pointer).collect(),
        other => panic!("faults were expected, not {other:?}"),
    }
}
