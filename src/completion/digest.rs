//! Base64url as RFC 4648 section 5 has it, without padding and in its one canonical spelling, and digests in words.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};

pub fn to_base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// None: padding, a letter that does not belong, or bits left over that are not zero.
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let bytes = Base64UrlUnpadded::decode_vec(text).ok()?;
    // The decoder is strict already; a second spelling of the same bytes would be a second identity, so it is checked here too.
    (to_base64url(&bytes) == text).then_some(bytes)
}

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// `sha-256:` and the base64url of the SHA-256 of these bytes: how every digest of ours is written.
pub fn digest_of(bytes: &[u8]) -> String {
    format!("sha-256:{}", to_base64url(&sha256(bytes)))
}

/// Whether a text is a digest as [`digest_of`] writes it.
pub fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha-256:").and_then(from_base64url).is_some_and(|bytes| bytes.len() == 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_spelling_is_read() {
        assert_eq!(from_base64url("AQ"), Some(vec![1]));
        for wrong in ["AQ==", "AR", "A", "A+", "A/", "A Q", "AQ\n"] {
            assert_eq!(from_base64url(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_digest_says_how_it_was_made() {
        assert_eq!(digest_of(b"abc"), "sha-256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
        assert!(is_digest(&digest_of(b"abc")));
        assert!(!is_digest("sha-256:ungW") && !is_digest("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"));
    }
}
