//! What every store must do, whichever database is behind it: run by each of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::*;
use crate::completion::digest::digest_of;
use crate::completion::submission::read_stored;

/// Opens the same store again and again: what was written is there each time.
type Open<'o> = &'o dyn Fn() -> Arc<dyn Store>;

fn submission(rid: &str) -> Submission {
    let payload = json!({
        "v": 1, "rid": rid, "aud": "https://inbox.example", "iat": 5,
        "workbook": { "id": "w", "version": 1, "title": "W", "digest": digest_of(b"w") },
        "learner": { "name": "Zoë", "email": "Zoe+x@school.example", "job_title": "T", "agency": { "id": "school", "name": "S" } },
        "completed_on": "2026-03-02",
        "answers": { "count": 1, "digest": digest_of(b"a") },
        "confirmer": { "name": "C", "email": "c@school.example", "capacity": "manager" },
    });
    read_stored(payload.as_object().expect("it is an object")).expect("it is a submission")
}

/// A record whose JWS holds its payload: a store reads the facts from there.
fn record(n: u8) -> Record {
    let rid = format!("00000000-0000-4000-8000-0000000000{n:02x}");
    let submission = submission(&rid);
    let payload = json!({
        "v": 1, "rid": rid, "aud": "https://inbox.example", "iat": 5,
        "workbook": { "id": "w", "version": 1, "title": "W", "digest": submission.workbook.digest },
        "learner": { "name": "Zoë", "email": "Zoe+x@school.example", "job_title": "T", "agency": { "id": "school", "name": "S" } },
        "completed_on": "2026-03-02",
        "answers": { "count": 1, "digest": submission.answers.digest },
        "confirmer": { "name": "C", "email": "c@school.example", "capacity": "manager" },
    });
    Record {
        salt: [n; 16],
        sub_digest: format!("digest {n}"),
        jws: format!("h.{}.s", to_base64url(payload.to_string().as_bytes())),
        submission,
        received_at: i64::from(n),
        receipt: String::from("r"),
        state: State::AwaitingConfirmation,
        state_at: i64::from(n),
        reasons: Vec::new(),
        seal_digest: None,
        decision: None,
        certificate: None,
    }
}

fn person() -> Person {
    Person { name: String::from("C"), email: String::from("C.D@school.example"), capacity: Capacity::SafeguardingLead }
}

fn mail(kind: MailKind, rid: &str, id: &str) -> Mail {
    Mail {
        id: 0,
        kind,
        rid: rid.to_owned(),
        token: Some([7; 32]),
        recipient: [9; 32],
        message_id: id.to_owned(),
        created_at: 10,
        due_at: 10,
        attempts: 0,
        state: MailState::Waiting,
        sent_at: None,
    }
}

pub(super) fn check(open: Open<'_>) {
    a_record_comes_back_as_it_was(open);
    work_that_fails_leaves_nothing(&*open());
    a_panic_ends_its_own_work_only(&*open());
    nothing_is_kept_twice(&*open());
    many_writers_lose_nothing(open);
    mails_wait_their_turn(&*open());
    seals_and_tokens_are_forgotten(&*open());
    the_log_only_grows(&*open());
}

fn a_record_comes_back_as_it_was(open: Open<'_>) {
    let mut written = record(1);
    let first = written.clone();
    write_now(&*open(), move |tx| tx.put_record(&first)).expect("it is written");
    let read_back = |rid: &str| {
        let rid = rid.to_owned();
        read(&*open(), move |tx| tx.record(&rid)).expect("it is read")
    };
    assert_eq!(read_back(&written.submission.rid), Some(written.clone()));
    written.decision = Some(Decision {
        is_confirmed: true,
        decided_at: 20,
        statement: String::from("s"),
        typed_name: String::from("C D"),
        person: person(),
        method: String::from("mail-link"),
        comment: Some(String::from("Good.")),
        comments: BTreeMap::from([(String::from("q"), String::from("See it again."))]),
        confirmation: String::from("c"),
    });
    written.certificate =
        Some(IssuedCertificate { jti: String::from("2222-2222-2222-2222"), issued_at: 21, jws: String::from("j"), revoked_on: None });
    (written.state, written.state_at, written.reasons) = (State::Issued, 21, vec![String::from("a “reason”")]);
    let second = written.clone();
    write_now(&*open(), move |tx| tx.put_record(&second)).expect("it is written");
    assert_eq!(read_back(&written.submission.rid), Some(written.clone()));
    assert_eq!(read_back("00000000-0000-4000-8000-ffffffffffff"), None);
    let digest = written.sub_digest.clone();
    assert_eq!(read(&*open(), move |tx| tx.record_by_digest(&digest)).expect("it is read"), Some(written));
    let counts = read(&*open(), |tx| {
        Ok((
            tx.n_confirmed_by("c.d@school.example", 20)?,
            tx.n_confirmed_by("c.d@school.example", 21)?,
            tx.has_confirmed("c.d@school.example", "zoe@school.example")?,
            tx.has_confirmed("zoe@school.example", "c.d@school.example")?,
        ))
    });
    assert_eq!(counts, Ok((1, 0, true, false)));
    assert_eq!(read(&*open(), |tx| tx.rids(&|state| state == Some(State::Issued))).expect("they are read").len(), 1);
    let issued_to = |mailbox: &'static str| read(&*open(), move |tx| tx.issued_to(mailbox)).expect("they are read");
    assert_eq!(issued_to("zoe@school.example"), [record(1).submission.rid]);
    assert_eq!(issued_to("c.d@school.example"), [""; 0]);
}

fn work_that_fails_leaves_nothing(store: &dyn Store) {
    let failed: Stored<()> = write_now(store, |tx| {
        tx.put_record(&record(2))?;
        Err(StoreError::Unavailable(String::from("as it should")))
    });
    assert_eq!(failed, Err(StoreError::Unavailable(String::from("as it should"))));
    assert_eq!(read(store, |tx| tx.record(&record(2).submission.rid)), Ok(None));
}

fn a_panic_ends_its_own_work_only(store: &dyn Store) {
    let panicked: Stored<()> = write_now(store, |tx| {
        tx.put_record(&record(3))?;
        panic!("a test of the writer");
    });
    assert!(panicked.is_err());
    assert_eq!(read(store, |tx| tx.record(&record(3).submission.rid)), Ok(None));
    write_now(store, |tx| tx.put_note("after", "a panic")).expect("the writer goes on");
}

fn nothing_is_kept_twice(store: &dyn Store) {
    write_now(store, |tx| tx.put_record(&record(4))).expect("it is written");
    let mut same_payload = record(5);
    same_payload.sub_digest = record(4).sub_digest;
    assert!(write_now(store, move |tx| tx.put_record(&same_payload)).is_err(), "one payload is one record");
    let line = LogLine { seq: 1_000, entry: String::from("e"), leaf: [0; 32] };
    let twice = line.clone();
    write_now(store, move |tx| tx.append_log(&line)).expect("it is written");
    assert!(write_now(store, move |tx| tx.append_log(&twice)).is_err(), "one place in the log is one line");
}

fn many_writers_lose_nothing(open: Open<'_>) {
    let store = open();
    let n_done = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (store, n_done) = (&store, &n_done);
            scope.spawn(move || {
                for n in 0..25 {
                    let key = format!("{thread}/{n}");
                    write_now(&**store, move |tx| tx.put_note(&key, "x")).expect("it is written");
                    n_done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    drop(store);
    assert_eq!(n_done.into_inner(), 200);
    let store = open();
    for key in (0..8).flat_map(|thread| (0..25).map(move |n| format!("{thread}/{n}"))) {
        assert_eq!(read(&*store, move |tx| tx.note(&key)), Ok(Some(String::from("x"))));
    }
}

fn mails_wait_their_turn(store: &dyn Store) {
    let rid = record(4).submission.rid;
    let queued = rid.clone();
    write_now(store, move |tx| {
        tx.queue_mail(&mail(MailKind::Request, &queued, "1@x"))?;
        tx.queue_mail(&Mail { due_at: 50, ..mail(MailKind::Received, &queued, "2@x") })
    })
    .expect("they are queued");
    let due = |now| read(store, move |tx| tx.due_mails(now, 10)).expect("they are read");
    assert_eq!((due(9).len(), due(10).len(), due(50).len()), (0, 1, 2));
    assert_eq!(read(store, |tx| tx.mail_queue()), Ok((2, Some(10))));
    let mut sent = due(10).remove(0);
    (sent.state, sent.sent_at, sent.attempts) = (MailState::Sent, Some(12), 3);
    let kept = sent.clone();
    write_now(store, move |tx| tx.update_mail(&sent)).expect("it is updated");
    assert_eq!(due(49), []);
    assert_eq!(read(store, move |tx| tx.mails_of(&rid)).expect("they are read")[0], kept);
    let count = |recipient: Option<[u8; 32]>, since| {
        read(store, move |tx| tx.n_mails_sent(&[MailKind::Request, MailKind::Received], recipient.as_ref(), since))
            .expect("they are counted")
    };
    assert_eq!((count(Some([9; 32]), 11), count(None, 11), count(Some([8; 32]), 11), count(None, 12)), (1, 1, 0, 0));
}

fn seals_and_tokens_are_forgotten(store: &dyn Store) {
    let rid = record(4).submission.rid;
    let seal = Seal { wrapped_key: vec![1, 2, 3], iv: String::from("i"), ciphertext: String::from("c") };
    let token = Token { hash: [5; 32], rid: rid.clone(), purpose: Purpose::Decide(person()), created_at: 9, wrapped: Some(vec![4]) };
    let follow = Token { hash: [6; 32], purpose: Purpose::Follow, ..token.clone() };
    let (put, kept) = (seal.clone(), token.clone());
    let id = rid.clone();
    write_now(store, move |tx| {
        tx.put_seal(&id, &put)?;
        tx.put_token(&kept)?;
        tx.put_token(&follow)
    })
    .expect("they are written");
    let id = rid.clone();
    assert_eq!(read(store, move |tx| tx.seal(&id)), Ok(Some(seal)));
    assert_eq!(read(store, |tx| tx.token(&[5; 32])), Ok(Some(token.clone())));
    assert_eq!(read(store, |tx| Ok(tx.token(&[6; 32])?.map(|token| token.purpose))), Ok(Some(Purpose::Follow)));
    write_now(store, |tx| tx.forget_token(&[5; 32])).expect("it is forgotten");
    assert_eq!(read(store, |tx| tx.token(&[5; 32])), Ok(Some(Token { wrapped: None, ..token })));
    let id = rid.clone();
    write_now(store, move |tx| tx.erase_seal(&id)).expect("it is erased");
    assert_eq!(read(store, move |tx| tx.seal(&rid)), Ok(None));
    assert_eq!(read(store, |tx| tx.token(&[1; 32])), Ok(None));
}

fn the_log_only_grows(store: &dyn Store) {
    assert_eq!(read(store, |tx| tx.log_size()), Ok(1_001));
    let lines = read(store, |tx| tx.log_from(1_000)).expect("it is read");
    assert_eq!(lines, [LogLine { seq: 1_000, entry: String::from("e"), leaf: [0; 32] }]);
    assert_eq!(read(store, |tx| tx.log_from(1_001)), Ok(Vec::new()));
}
