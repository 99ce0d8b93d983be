//! Compact JWS with ES256 (RFC 7515, RFC 7518): signed and verified over the bytes as they are, nothing re-serialised.

use anyhow::Context as _;
use ring::rand::SecureRandom;
use ring::signature::{self, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey};
use serde_json::{Map, Value, json};

use super::canonical::canonical;
use super::digest::{digest_of, from_base64url, to_base64url};
use super::json;
use super::keys::{BoardKeys, PublicKey};

/// Longest JWS, in bytes. The status list alone may be longer.
pub const MAX_LENGTH: usize = 8_192;

/// Longest status list, in bytes.
pub const MAX_STATUS_LENGTH: usize = 1024 * 1024;

/// Why a JWS is not taken, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It cannot be read as three parts of JSON and a signature.
    Malformed(String),
    /// Its header is not exactly the one expected, or names a key that cannot be one.
    Header(String),
    /// The signature does not hold.
    Signature,
}

impl Fault {
    /// What is wrong, in words.
    pub fn detail(&self) -> String {
        match self {
            Self::Malformed(wrong) => format!("the record cannot be read: {wrong}"),
            Self::Header(wrong) => format!("the record's header is not as it must be: {wrong}"),
            Self::Signature => String::from("the signature does not hold"),
        }
    }
}

/// A JWS that could be read. Nothing in it is to be believed yet.
#[derive(Debug, Clone)]
pub struct Unverified<'a> {
    header: Map<String, Value>,
    payload: Map<String, Value>,
    payload_bytes: Vec<u8>,
    signature: Vec<u8>,
    signed: &'a str,
}

/// The payload of a JWS whose signature holds, and the digest that is its identity. Only [`Unverified::verified_by`] makes one.
#[derive(Debug, Clone)]
pub struct Verified {
    pub payload: Map<String, Value>,
    /// Of the decoded payload. Never of the JWS: a signature has a twin.
    pub digest: String,
}

/// Reads a compact JWS.
pub fn parse(compact: &str, max_length: usize) -> Result<Unverified<'_>, Fault> {
    let malformed = |wrong: &str| Fault::Malformed(wrong.to_owned());
    if compact.len() > max_length {
        return Err(malformed("it is too long"));
    }
    let parts: Vec<&str> = compact.split('.').collect();
    let [header, payload, signature] = parts[..] else { return Err(malformed("it has not three parts")) };
    let decode = |part: &str| from_base64url(part).ok_or_else(|| malformed("a part is not base64url in its one spelling"));
    let (header, payload_bytes, signature) = (decode(header)?, decode(payload)?, decode(signature)?);
    let object = |what: &str, bytes: &[u8]| json::parse_object(bytes).map_err(|wrong| Fault::Malformed(format!("{what}: {wrong}")));
    let signed = &compact[..compact.rfind('.').expect("three parts have two dots")];
    Ok(Unverified {
        header: object("its header", &header)?,
        payload: object("its payload", &payload_bytes)?,
        payload_bytes,
        signature,
        signed,
    })
}

impl Unverified<'_> {
    /// The key that a browser put into the header. Err: the header is not exactly `alg`, `typ` and `jwk`.
    pub fn browser_key(&self, typ: &str) -> Result<PublicKey, Fault> {
        let jwk = self.checked_header(typ, "jwk")?;
        let key =
            PublicKey::from_jwk(jwk).ok_or_else(|| Fault::Header(String::from("`jwk` is not a public P-256 key and nothing else")))?;
        if !is_on_curve(&key) {
            return Err(Fault::Header(String::from("`jwk` is no point of the curve")));
        }
        Ok(key)
    }

    /// The name of the board's key. Err: the header is not exactly `alg`, `typ` and `kid`.
    pub fn kid(&self, typ: &str) -> Result<&str, Fault> {
        let kid = self.checked_header(typ, "kid")?;
        kid.as_str().ok_or_else(|| Fault::Header(String::from("`kid` is no text")))
    }

    fn checked_header(&self, typ: &str, third: &str) -> Result<&Value, Fault> {
        let wrong = |words: String| Err(Fault::Header(words));
        if let Some(name) = self.header.keys().find(|name| !["alg", "typ", third].contains(&name.as_str())) {
            return wrong(format!("`{name}` does not belong there"));
        }
        for (name, expected) in [("alg", "ES256"), ("typ", typ)] {
            if self.header.get(name).and_then(Value::as_str) != Some(expected) {
                return wrong(format!("`{name}` must be `{expected}`"));
            }
        }
        self.header.get(third).map_or_else(|| wrong(format!("`{third}` is missing")), Ok)
    }

    /// The payload, once the signature was found to hold under this key.
    pub fn verified_by(self, key: &PublicKey) -> Result<Verified, Fault> {
        UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, key.to_point())
            .verify(self.signed.as_bytes(), &self.signature)
            .map_err(|_| Fault::Signature)?;
        Ok(Verified { digest: digest_of(&self.payload_bytes), payload: self.payload })
    }

    /// As [`Self::verified_by`], by the board's key that the header names. `time` is the payload's member that must lie within
    /// the key's time (`iat`, or `received_at` of receipts).
    pub fn verified_by_board(self, typ: &str, time: &str, keys: &BoardKeys) -> Result<Verified, Fault> {
        let kid = self.kid(typ)?;
        let key = keys.by_kid(kid).ok_or_else(|| Fault::Header(format!("there is no key `{kid}`")))?.clone();
        let seconds = self.payload.get(time).and_then(Value::as_i64);
        if !seconds.is_some_and(|seconds| key.covers(seconds)) {
            return Err(Fault::Signature);
        }
        self.verified_by(&key.key)
    }

    /// The payload, before anything is known of the signature: for the choice of a key only.
    pub fn unverified_payload(&self) -> &Map<String, Value> {
        &self.payload
    }
}

/// Whether x and y fulfil the curve's equation. ring says so only while it verifies, and then not what was wrong: a key that is
/// no point is another fault than a signature that does not hold.
fn is_on_curve(key: &PublicKey) -> bool {
    curve::has_point(&key.x, &key.y)
}

/// y² = x³ − 3x + b over the prime field of P-256, in numbers of eight 32-bit parts. Public values only, so time does not matter.
mod curve {
    type Number = [u32; 8];

    const P: Number = [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0, 0, 0, 1, 0xffff_ffff];
    const B: Number = [0x27d2_604b, 0x3bce_3c3e, 0xcc53_b0f6, 0x651d_06b0, 0x7698_86bc, 0xb3eb_bd55, 0xaa3a_93e7, 0x5ac6_35d8];

    pub(super) fn has_point(x: &[u8; 32], y: &[u8; 32]) -> bool {
        let (x, y) = (number(x), number(y));
        if !is_less(&x, &P) || !is_less(&y, &P) {
            return false;
        }
        let three_x = add(&add(&x, &x), &x);
        let right = add(&subtract(&multiply(&multiply(&x, &x), &x), &three_x), &B);
        multiply(&y, &y) == right
    }

    /// Least part first.
    fn number(bytes: &[u8; 32]) -> Number {
        let mut number = [0; 8];
        for (part, bytes) in number.iter_mut().rev().zip(bytes.chunks_exact(4)) {
            *part = u32::from_be_bytes(bytes.try_into().expect("a chunk has four bytes"));
        }
        number
    }

    fn is_less(a: &Number, b: &Number) -> bool {
        a.iter().rev().lt(b.iter().rev())
    }

    fn add(a: &Number, b: &Number) -> Number {
        let (sum, has_carry) = sum(a, b);
        if has_carry || !is_less(&sum, &P) { difference(&sum, &P).0 } else { sum }
    }

    fn subtract(a: &Number, b: &Number) -> Number {
        let (difference, is_below_zero) = difference(a, b);
        if is_below_zero { sum(&difference, &P).0 } else { difference }
    }

    /// By doubling and adding: slow, and too plain to be wrong.
    fn multiply(a: &Number, b: &Number) -> Number {
        let mut product = [0; 8];
        for part in b.iter().rev() {
            for bit in (0..32).rev() {
                product = add(&product, &product);
                if part >> bit & 1 == 1 {
                    product = add(&product, a);
                }
            }
        }
        product
    }

    fn sum(a: &Number, b: &Number) -> (Number, bool) {
        let mut sum = [0; 8];
        let mut carry = 0_u64;
        for index in 0..8 {
            carry += u64::from(a[index]) + u64::from(b[index]);
            sum[index] = carry as u32;
            carry >>= 32;
        }
        (sum, carry > 0)
    }

    fn difference(a: &Number, b: &Number) -> (Number, bool) {
        let mut difference = [0; 8];
        let mut borrow = false;
        for index in 0..8 {
            let (without, first) = a[index].overflowing_sub(b[index]);
            let (rest, second) = without.overflowing_sub(u32::from(borrow));
            difference[index] = rest;
            borrow = first || second;
        }
        (difference, borrow)
    }
}

/// A private key that signs. Its bytes come from a file, never from a database.
pub struct SigningKey {
    pair: EcdsaKeyPair,
    public: PublicKey,
}

impl SigningKey {
    /// Reads a key in PKCS#8.
    pub fn from_pkcs8(der: &[u8], random: &dyn SecureRandom) -> anyhow::Result<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, der, random)
            .map_err(|rejected| anyhow::anyhow!("this is no P-256 key in PKCS#8 with its public half: {rejected}"))?;
        let point = pair.public_key().as_ref();
        let coordinate = |range: std::ops::Range<usize>| point.get(range).and_then(|bytes| bytes.try_into().ok());
        let x = coordinate(1..33).context("the key's public half is not 65 bytes long")?;
        let y = coordinate(33..65).context("the key's public half is not 65 bytes long")?;
        Ok(Self { pair, public: PublicKey { x, y } })
    }

    /// A new key, in PKCS#8.
    pub fn generate(random: &dyn SecureRandom) -> Vec<u8> {
        let key = EcdsaKeyPair::generate_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, random);
        key.expect("the system gives random bytes").as_ref().to_vec()
    }

    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a payload as the board does. Out: the compact JWS.
    pub fn sign(&self, typ: &str, kid: &str, payload: &Value, random: &dyn SecureRandom) -> String {
        self.sign_with_header(&json!({ "alg": "ES256", "typ": typ, "kid": kid }), payload, random)
    }

    /// Signs with any header: for tests, which also play the browser.
    pub fn sign_with_header(&self, header: &Value, payload: &Value, random: &dyn SecureRandom) -> String {
        let part = |value: &Value| to_base64url(canonical(value).as_bytes());
        self.sign_text(&format!("{}.{}", part(header), part(payload)), random)
    }

    /// Signs a header and a payload that are base64url already.
    pub fn sign_text(&self, signed: &str, random: &dyn SecureRandom) -> String {
        let signature = self.pair.sign(random, signed.as_bytes()).expect("the system gives random bytes");
        format!("{signed}.{}", to_base64url(signature.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::*;

    /// RFC 7515, appendix A.3.
    const RFC: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    const JWK: &str =
        r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;

    fn rfc_key() -> PublicKey {
        PublicKey::from_jwk(&serde_json::from_str(JWK).expect("it is JSON")).expect("it is a key")
    }

    #[test]
    fn the_example_of_the_rfc_holds() {
        let parsed = parse(RFC, MAX_LENGTH).expect("it can be read");
        assert!(parsed.clone().verified_by(&rfc_key()).is_ok());
        let changed = RFC.replace("DtEh", "DtEi");
        assert_eq!(parse(&changed, MAX_LENGTH).expect("it can be read").verified_by(&rfc_key()).err(), Some(Fault::Signature));
    }

    #[test]
    fn a_point_beside_the_curve_is_seen() {
        let mut key = rfc_key();
        assert!(is_on_curve(&key));
        key.y[31] ^= 1;
        assert!(!is_on_curve(&key));
        assert!(!is_on_curve(&PublicKey { x: [0; 32], y: [0; 32] }) && !is_on_curve(&PublicKey { x: [0xff; 32], y: [0xff; 32] }));
        let random = SystemRandom::new();
        for _ in 0..20 {
            let key = SigningKey::from_pkcs8(&SigningKey::generate(&random), &random).expect("the key is sound");
            assert!(is_on_curve(key.public()));
        }
    }

    #[test]
    fn a_header_has_three_members_and_no_other() {
        let random = SystemRandom::new();
        let key = SigningKey::from_pkcs8(&SigningKey::generate(&random), &random).expect("the key is sound");
        let jwk = key.public().to_jwk();
        let mut extended = jwk.clone();
        extended["ext"] = true.into();
        let fault = |header: Value| {
            let compact = key.sign_with_header(&header, &json!({ "v": 1 }), &random);
            let parsed = parse(&compact, MAX_LENGTH).expect("it can be read");
            parsed
                .browser_key("t+jws")
                .and_then(|key| parsed.clone().verified_by(&key))
                .err()
                .map(|fault| matches!(fault, Fault::Header(_)))
        };
        assert_eq!(fault(json!({ "alg": "ES256", "typ": "t+jws", "jwk": jwk })), None);
        for header in [
            json!({ "alg": "ES256", "typ": "t+jws" }),
            json!({ "alg": "ES256", "jwk": jwk }),
            json!({ "alg": "none", "typ": "t+jws", "jwk": jwk }),
            json!({ "alg": "ES256", "typ": "T+jws", "jwk": jwk }),
            json!({ "alg": "ES256", "typ": "t+jws", "jwk": jwk, "crit": [] }),
            json!({ "alg": "ES256", "typ": "t+jws", "jwk": extended }),
            json!({ "alg": "ES256", "typ": "t+jws", "jwk": null }),
        ] {
            assert_eq!(fault(header.clone()), Some(true), "{header}");
        }
    }

    #[test]
    fn what_has_two_spellings_is_malformed() {
        for wrong in ["", "a.b", "a.b.c.d", &format!("{RFC}="), &RFC.replace("NU1Q", "NU1R"), &format!(" {RFC}"), &"a".repeat(9_000)] {
            assert!(matches!(parse(wrong, MAX_LENGTH), Err(Fault::Malformed(_))), "{wrong}");
        }
    }
}
