//! From a confirmation to a certificate: at once when every check passes, else by the MARS team.

use jiff::ToSpan as _;

use crate::completion::objects::{CERTIFICATE, Certificate};
use crate::completion::reference::letters;
use crate::completion::submission::{Capacity, end_of_london_day, london_day};
use crate::completion::text::{domain_of, mailbox_of};

use super::certificate;
use super::register::{self, Actor, Kind};
use super::secrets::random_bytes;
use super::store::{Decision, IssuedCertificate, Record, State, Stored, Tx};
use super::{DAY, Inbox};

/// More confirmations than this in [`BUSY_DAYS`], and somebody looks at the next one.
const BUSY_CONFIRMER: i64 = 20;
const BUSY_DAYS: i64 = 30;

impl Inbox {
    /// The agency's name on lists and certificates: the register's, or for an agency outside it the record's.
    pub fn agency_name(&self, record: &Record) -> String {
        let learner = &record.submission.learner;
        let offered = self.offered();
        offered.register.agency(&learner.agency_id).map_or(&learner.agency_name, |agency| &agency.name).clone()
    }

    /// Why somebody must look at a confirmed record before a certificate is issued, in words. Empty: nothing stands against it.
    pub fn reasons_for_check(&self, tx: &mut dyn Tx, record: &Record, decision: &Decision) -> Stored<Vec<String>> {
        let register = &self.offered().register;
        let learner = &record.submission.learner;
        let mut reasons = Vec::new();
        let mut reason = |is_so: bool, words: &str| {
            if is_so {
                reasons.push(words.to_owned());
            }
        };
        let confirmer_domain = domain_of(&decision.person.email);
        match register.agency(&learner.agency_id) {
            Some(agency) => {
                let is_own = agency.mail_domains.iter().any(|domain| domain == confirmer_domain);
                reason(!is_own, "The confirmer's mail address is not one of the learner's agency.");
            }
            // `other`, or an agency that has left the register since.
            None => reason(true, "The agency is not in the register."),
        }
        let is_free = register.is_free_mail(domain_of(&learner.email)) || register.is_free_mail(confirmer_domain);
        reason(is_free, "A mail address is one that anyone can get.");
        reason(decision.person.capacity == Capacity::Peer, "A peer or colleague confirmed, not a manager or safeguarding lead.");
        let (confirmer, learner_mailbox) = (mailbox_of(&decision.person.email), mailbox_of(&learner.email));
        let n_recent = tx.n_confirmed_by(&confirmer, decision.decided_at - BUSY_DAYS * DAY)?;
        let busy = format!("The confirmer has confirmed more than {BUSY_CONFIRMER} e-workbooks in {BUSY_DAYS} days.");
        reason(n_recent > BUSY_CONFIRMER, &busy);
        reason(tx.has_confirmed(&learner_mailbox, &confirmer)?, "Learner and confirmer have confirmed one another.");
        let drawn = [&learner.name, &learner.job_title, &self.agency_name(record), &record.submission.workbook.title];
        reason(!drawn.iter().all(|text| certificate::can_draw(text)), "The certificate's font does not have every letter of a name.");
        reason(!self.settings.auto_issue, "This board looks at every record before it issues.");
        Ok(reasons)
    }

    /// Issues the certificate of a confirmed record and writes both. It takes the place of the one that the learner had for the same
    /// e-workbook, of whichever version.
    pub fn issue(&self, tx: &mut dyn Tx, record: &mut Record, actor: Actor, now: i64) -> Stored<()> {
        let decision = record.decision.as_ref().expect("only a confirmed record is issued");
        let submission = &record.submission;
        let confirmed_on = london_day(decision.decided_at);
        let renewed_after = tx.definition(&submission.workbook.digest)?.and_then(|definition| definition.renew_after_months);
        let jti = number(&random_bytes::<10>(&self.random));
        let facts = Certificate {
            iss: self.settings.origin.clone(),
            jti: jti.clone(),
            name: submission.learner.name.clone(),
            workbook: format!("{}/{}", submission.workbook.id, submission.workbook.version),
            agency: self.agency_name(record),
            job_title: submission.learner.job_title.clone(),
            capacity: decision.person.capacity.word().to_owned(),
            confirmed_on,
            iat: now,
            exp: renewed_after.map(|months| end_of_london_day(confirmed_on.saturating_add(months.months()))),
        };
        record.certificate =
            Some(IssuedCertificate { jti, issued_at: now, jws: self.sign(CERTIFICATE, &facts.to_payload()), revoked_on: None });
        for rid in tx.issued_to(&mailbox_of(&record.submission.learner.email))? {
            let Some(mut old) = tx.record(&rid)?.filter(|old| old.submission.workbook.id == record.submission.workbook.id) else {
                continue;
            };
            (old.state, old.state_at) = (State::Superseded, now);
            register::put(tx, &old, Kind::Replaced, Actor::Clock, now)?;
        }
        (record.state, record.state_at) = (State::Issued, now);
        register::put(tx, record, Kind::Issued, actor, now)
    }
}

/// 80 bits as a certificate's number: `XXXX-XXXX-XXXX-XXXX`.
fn number(bits: &[u8; 10]) -> String {
    let letters = letters(bits);
    format!("{}-{}-{}-{}", &letters[..4], &letters[4..8], &letters[8..12], &letters[12..])
}
