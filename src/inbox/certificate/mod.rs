//! The certificate: a tagged A4 page that a person can keep, print and hand over to be checked.
//!
//! In: the facts of one issued certificate and its signed text. Out: the bytes of a PDF/UA-1 file, the same bytes for the
//! same facts. It signs nothing, looks nothing up and asks for no date: what it prints, the caller has already decided.
//! Only the signed text counts. It is in the file twice: as a QR code, and as an attachment that can be found by searching
//! the file's bytes; the words on the page are there for people.

mod fonts;
mod layout;
mod pdf;
mod qr;

pub use fonts::can_draw;
pub use pdf::pdf;

use jiff::civil::Date;

/// What one certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The learner's name as signed.
    pub name: String,
    pub workbook_title: String,
    /// The agency's name, as in the register or, for an agency that is not in it, as in the record.
    pub agency: String,
    pub job_title: String,
    pub confirmed_on: Date,
    /// Seconds since 1970, UTC. Becomes the file's own date, so that the same certificate gives the same bytes.
    pub issued_at: i64,
    /// The `jti`, `XXXX-XXXX-XXXX-XXXX`.
    pub number: String,
    /// The last day on which it is valid; `None` when it does not run out.
    pub expires_on: Option<Date>,
    /// The board on whose behalf it is issued: “Children’s MARS Board”. A leading “the” does no harm.
    pub board: String,
    /// The signed certificate, a compact JWS.
    pub jws: String,
    /// `{site}/verify/#c=<JWS>`, what the QR code holds.
    pub verify_link: String,
    /// The site's address, with or without a slash at its end.
    pub site: String,
}

impl Certificate {
    /// Where a certificate is checked, without the certificate: short enough to be typed from the paper.
    fn verify_address(&self) -> String {
        format!("{}/verify/", self.site.trim_end_matches('/'))
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::Certificate;
    use jiff::civil::date;

    /// An ordinary certificate. The signed text is as long as a real one and is not signed: nothing here reads it.
    pub fn usual() -> Certificate {
        certificate("Zoë Ŵyn Łukasz", "Ancholme Primary School", "Teaching assistant", "https://earlyhelp.example", 610)
    }

    /// Every field at its limit (100, 120 and 100 UTF-16 units) in letters of three bytes, and a long address.
    pub fn longest() -> Certificate {
        let long = |n: usize| "Nguyễn Thị Phượng Ẵm Ễ Ổn Đặng ".chars().cycle().take(n - 1).chain(['Ổ']).collect::<String>();
        let site = format!("https://{}.safeguarding-board.example/toolkit", "early-help-and-safeguarding.".repeat(4).trim_end_matches('.'));
        let mut longest = certificate(&long(100), &long(120), &long(100), &site, 1_900);
        longest.workbook_title =
            "Contextual safeguarding, exploitation and missing from home: recognising the signs early, ".repeat(2) + "for all";
        longest.expires_on = Some(date(2029, 11, 25));
        longest
    }

    /// Names without a single space, in the widest letter there is.
    pub fn widest() -> Certificate {
        let mut widest = certificate(&"W".repeat(100), &"Ẅ".repeat(120), &"Ш".repeat(100), &longest().site, 2_060);
        widest.workbook_title = "W".repeat(200);
        widest.board = "W".repeat(120);
        widest.expires_on = Some(date(2029, 11, 25));
        widest
    }

    fn certificate(name: &str, agency: &str, job_title: &str, site: &str, jws_bytes: usize) -> Certificate {
        let jws = jws(jws_bytes);
        Certificate {
            name: name.to_owned(),
            workbook_title: "Early Help awareness".to_owned(),
            agency: agency.to_owned(),
            job_title: job_title.to_owned(),
            confirmed_on: date(2026, 11, 25),
            issued_at: 1_795_600_000,
            number: "7K3M-Q8XA-2RTV-9WBD".to_owned(),
            expires_on: None,
            board: "Children’s MARS Board".to_owned(),
            verify_link: format!("{site}/verify/#c={jws}"),
            jws,
            site: site.to_owned(),
        }
    }

    /// Three parts of base64url that repeat nowhere, as a signature would not.
    pub fn jws(n_bytes: usize) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut state = 1u64;
        let mut jws: String = (0..n_bytes)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(ALPHABET[(state >> 58) as usize])
            })
            .collect();
        jws.replace_range(90..91, ".");
        jws.replace_range(n_bytes - 87..n_bytes - 86, ".");
        jws
    }
}
