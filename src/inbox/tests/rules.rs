//! From a submission to a certificate, and every way that leads elsewhere.

use serde_json::{Value, json};

use super::super::refusal::Refusal;
use super::super::register::Audit;
use super::super::reply::Origin;
use super::super::store::State;
use super::super::{confirming, learner, operator, submissions};
use super::bench::*;
use crate::completion::canonical::canonical;
use crate::completion::digest::to_base64url;
use crate::completion::jws;
use crate::completion::objects::{CERTIFICATE, SUBMISSION};
use crate::completion::submission::london_day;
use crate::completion::verdict::{self, Verdict};

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
    assert_eq!(bench.audit(), Audit::Holds { n_entries: 3, n_records: 1, steps_back: Vec::new() });
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
    // An agency that leaves the register while a record waits, and a name that only the learner typed.
    bench.post(&bench.payload(8)).await.expect("it is taken");
    let offered = crate::inbox::Offered { register: crate::data::agencies::Register::default(), ..offered() };
    let inbox = bench.inbox.clone();
    tokio::task::spawn_blocking(move || inbox.offer(offered)).await.expect("it ends").expect("it is kept");
    bench.deliver();
    let decided = bench.decide(&bench.token("request"), "confirmed").await.expect("it is decided");
    assert_eq!(decided.body["state"], "needs_mars_check");
    let inbox = bench.inbox.clone();
    tokio::task::spawn_blocking(move || inbox.offer(super::bench::offered())).await.expect("it ends").expect("it is kept");
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
    assert_eq!((bench.mails("refused").len(), bench.mails("check").len()), (1, 8));
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
