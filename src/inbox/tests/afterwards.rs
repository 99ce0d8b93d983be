//! What a learner sees after sending: whom it waits for, the certificate once more, and what became of it.

use serde_json::{Value, json};

use super::super::refusal::Refusal;
use super::super::register::Audit;
use super::super::reply::Origin;
use super::super::{confirming, learner};
use super::bench::*;
use crate::completion::digest::from_base64url;

async fn ask(bench: &Bench, token: &str, action: &str) -> Result<Value, Refusal> {
    let body = json!({ "token": token, "action": action }).to_string();
    learner::post(&bench.inbox, body.as_bytes(), &Origin::None).await.map(|reply| reply.body)
}

async fn forward(bench: &Bench, token: &str, name: &str, email: &str) {
    let body = json!({ "token": token, "name": name, "email": email, "capacity": "safeguarding_lead" }).to_string();
    confirming::forward(&bench.inbox, body.as_bytes(), &page()).await.expect("it is passed on");
}

#[tokio::test]
async fn it_waits_for_the_person_to_whom_it_was_passed_on_last() {
    let bench = Bench::new();
    bench.post(&bench.payload(1)).await.expect("it is taken");
    bench.deliver();
    let follows = bench.token("received");
    let name = async || ask(&bench, &follows, "status").await.expect("it is shown")["confirmer_name"].clone();
    assert_eq!(name().await, "Ruth Confirmer");
    let decides = bench.token("request");
    forward(&bench, &decides, "Sam Lead", "sam@school.example").await;
    assert_eq!(name().await, "Sam Lead", "before a mail is sent");
    forward(&bench, &decides, "Lou Head", "lou@school.example").await;
    bench.deliver();
    assert_eq!(name().await, "Lou Head");
    // A reminder to the first one does not bring it back to them.
    bench.pass(8 * DAY);
    super::super::timekeeper::look(&bench.inbox).await.expect("it is looked after");
    bench.deliver();
    assert_eq!(bench.mails("request").len(), 4);
    assert_eq!(name().await, "Lou Head");
    bench.decide(&decides, "returned").await.expect("the first link still decides");
    assert_eq!(name().await, "Ruth Confirmer", "who decided");
}

#[tokio::test]
async fn the_certificate_is_had_again_as_it_was_mailed() {
    let bench = Bench::new();
    bench.post(&bench.payload(1)).await.expect("it is taken");
    bench.deliver();
    let follows = bench.token("received");
    assert_eq!(ask(&bench, &follows, "certificate").await.expect("it is shown").get("pdf"), None, "there is none yet");
    bench.decide(&bench.token("request"), "confirmed").await.expect("it is decided");
    bench.deliver();
    let shown = ask(&bench, &follows, "certificate").await.expect("it is shown");
    let pdf = from_base64url(shown["pdf"].as_str().expect("it is there")).expect("it is base64url");
    assert_eq!(Some(pdf), bench.mails("issued").remove(0).attachment);
    assert_eq!(ask(&bench, &follows, "status").await.expect("it is shown").get("pdf"), None, "only when it is asked for");
    assert_eq!(
        faults(learner::post(&bench.inbox, json!({ "token": follows, "action": "print" }).to_string().as_bytes(), &Origin::None).await),
        ["/action"]
    );
}

#[tokio::test]
async fn a_certificate_expires_and_a_newer_one_takes_its_place() {
    let bench = Bench::new();
    let state = async |token: &str| {
        let shown = ask(&bench, token, "status").await.expect("it is shown");
        (shown["state"].as_str().expect("it has a state").to_owned(), shown["since"].as_i64().expect("it has a time"))
    };
    assert_eq!(bench.submitted_and_confirmed(&bench.payload(1)).await, "issued");
    bench.deliver();
    let first = bench.token("issued");
    // Another e-workbook's learner is another's affair.
    assert_eq!(bench.submitted_and_confirmed(&bench.payload(2)).await, "issued");
    bench.deliver();
    let other = bench.token("issued");
    // Two years, and the last day to its end.
    bench.pass((365 + 366) * DAY + 12 * 3_600 - 1);
    assert_eq!(state(&first).await, (String::from("issued"), NOON));
    let end = bench.inbox.now();
    bench.pass(1);
    assert_eq!(state(&first).await, (String::from("expired"), end));
    let mut renewal = bench.payload(3);
    renewal["learner"]["email"] = "Zoe1+toolkit@school.example".into();
    assert_eq!(bench.submitted_and_confirmed(&renewal).await, "issued");
    bench.deliver();
    assert_eq!(state(&first).await.0, "superseded");
    assert_eq!(state(&bench.token("issued")).await.0, "issued");
    assert_eq!(state(&other).await.0, "expired");
    assert!(ask(&bench, &first, "certificate").await.expect("it is shown")["pdf"].is_string(), "it can still be had");
    assert!(matches!(bench.audit(), Audit::Holds { .. }));
}
