//! What happens because time passes, and what mails cost.

use serde_json::{Value, json};

use super::super::mail::{Smtp, Transport};
use super::super::refusal::Refusal;
use super::super::register::Audit;
use super::super::reply::Origin;
use super::super::store::{self, MailKind, MailState, State};
use super::super::{confirming, operator, submissions, timekeeper};
use super::bench::*;

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
async fn a_mail_that_cannot_be_written_down_is_not_sent() {
    let bench = Bench::new();
    bench.post(&bench.payload(1)).await.expect("it is taken");
    // Somebody else holds the database for writing: nothing can be noted, so nothing may go out.
    let raw = rusqlite::Connection::open(bench.folder.path().join("inbox.db")).expect("it can be opened");
    raw.execute_batch("BEGIN IMMEDIATE").expect("it can be held");
    let (inbox, transport) = (bench.inbox.clone(), &bench.transport);
    let outcome =
        std::thread::scope(|scope| scope.spawn(|| crate::inbox::outbox::deliver_due(&inbox, transport)).join()).expect("it does not panic");
    assert!(outcome.is_err());
    assert_eq!(bench.mails("request").len(), 0);
    raw.execute_batch("COMMIT").expect("it can be let go");
    bench.deliver();
    assert_eq!(bench.mails("request").len(), 1);
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
