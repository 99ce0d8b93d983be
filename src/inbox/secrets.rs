//! The board's signing key and the wrapping key: two files beside the database, never in it.
//!
//! What the inbox must be able to send again (a link's two halves) it keeps wrapped under the second key, so that a stolen
//! database or back-up reads no answer.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use base64ct::{Base64, Encoding as _, LineEnding};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::completion::digest::{from_base64url, to_base64url};
use crate::completion::jws::SigningKey;

/// Random bytes of the system.
pub fn random_bytes<const N: usize>(random: &SystemRandom) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// Random text that is nobody's guess: 32 bytes in base64url.
pub fn random_token(random: &SystemRandom) -> String {
    to_base64url(&random_bytes::<32>(random))
}

/// Wraps short secrets (AES-256-GCM). What is wrapped for one record opens for no other.
pub struct WrapKey(LessSafeKey);

impl WrapKey {
    fn new(bytes: &[u8; 32]) -> Self {
        Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).expect("the key has 32 bytes")))
    }

    /// The nonce, then the sealed text and its tag.
    pub fn wrap(&self, secret: &str, rid: &str, random: &SystemRandom) -> Vec<u8> {
        let nonce = random_bytes::<NONCE_LEN>(random);
        let mut sealed = secret.as_bytes().to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(rid.as_bytes()), &mut sealed)
            .expect("a short text can always be sealed");
        [&nonce[..], &sealed].concat()
    }

    /// None: it was wrapped under another key, for another record, or was changed.
    pub fn unwrap(&self, wrapped: &[u8], rid: &str) -> Option<String> {
        let (nonce, sealed) = wrapped.split_at_checked(NONCE_LEN)?;
        let mut sealed = sealed.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let opened = self.0.open_in_place(nonce, Aad::from(rid.as_bytes()), &mut sealed).ok()?;
        String::from_utf8(opened.to_vec()).ok()
    }
}

const PEM_BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_END: &str = "-----END PRIVATE KEY-----";

/// Makes the board's signing key, in a file that must not be there yet and that only its owner reads.
pub fn make_board_key(path: &Path, random: &SystemRandom) -> anyhow::Result<()> {
    let der = SigningKey::generate(random);
    let mut buffer = vec![0; der.len() * 2 + 64];
    let mut encoder = base64ct::Encoder::<Base64>::new_wrapped(&mut buffer, 64, LineEnding::LF).expect("the lines are long enough");
    encoder.encode(&der).expect("the buffer is large enough");
    let body = encoder.finish().expect("the buffer is large enough");
    write_secret(path, &format!("{PEM_BEGIN}\n{body}\n{PEM_END}\n"))
}

/// Makes the wrapping key, in a file of the same kind.
pub fn make_wrap_key(path: &Path, random: &SystemRandom) -> anyhow::Result<()> {
    write_secret(path, &format!("{}\n", random_token(random)))
}

fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("cannot make the key file {}", path.display()))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(|| format!("cannot write {}", path.display()))
}

/// Reads the board's key (PKCS#8 PEM).
pub fn read_board_key(path: &Path, random: &SystemRandom) -> anyhow::Result<SigningKey> {
    let text = read_secret(path)?;
    let wrong = || format!("{} is no private key in PKCS#8 PEM", path.display());
    let inner = text.trim().strip_prefix(PEM_BEGIN).and_then(|rest| rest.strip_suffix(PEM_END)).with_context(wrong)?;
    let one_line: String = inner.split_whitespace().collect();
    let der = Base64::decode_vec(&one_line).ok().with_context(wrong)?;
    SigningKey::from_pkcs8(&der, random).with_context(wrong)
}

/// Reads the wrapping key.
pub fn read_wrap_key(path: &Path) -> anyhow::Result<WrapKey> {
    let text = read_secret(path)?;
    let bytes: Option<[u8; 32]> = from_base64url(text.trim()).and_then(|bytes| bytes.try_into().ok());
    let bytes = bytes.with_context(|| format!("{} is no wrapping key: it must hold 32 bytes in base64url", path.display()))?;
    Ok(WrapKey::new(&bytes))
}

/// A key that others can read is no secret, so it is refused, not repaired.
fn read_secret(path: &Path) -> anyhow::Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read the key file {}", path.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).with_context(|| format!("cannot read the key file {}", path.display()))?.permissions().mode();
        if mode & 0o077 != 0 {
            bail!("others can read the key file {} (mode {:o}): run `chmod 600` on it", path.display(), mode & 0o777);
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_from_their_files_and_only_their_owner_reads_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let (board, wrap) = (folder.path().join("board.pem"), folder.path().join("wrap"));
        let random = SystemRandom::new();
        make_board_key(&board, &random).expect("it can be made");
        make_wrap_key(&wrap, &random).expect("it can be made");
        read_board_key(&board, &random).expect("it can be read");
        let key = read_wrap_key(&wrap).expect("it can be read");
        assert!(make_board_key(&board, &random).is_err(), "a key is never written over");
        assert!(make_wrap_key(&wrap, &random).is_err(), "a key is never written over");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&wrap, fs::Permissions::from_mode(0o640)).expect("its mode can be changed");
            assert!(read_wrap_key(&wrap).is_err());
        }
        let wrapped = key.wrap("secret", "rid", &random);
        assert_eq!(key.unwrap(&wrapped, "rid").as_deref(), Some("secret"));
        assert_eq!(key.unwrap(&wrapped, "other"), None);
        assert_eq!(key.unwrap(&wrapped[..10], "rid"), None);
        assert!(!String::from_utf8_lossy(&wrapped).contains("secret"));
    }
}
