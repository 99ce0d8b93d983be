//! The reference that people quote: `MARS-XXXX-XXXX`, made from the record's id.

use super::digest::sha256;

/// Digits and letters that are not taken for one another: no 0, O, 1 or I.
pub const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The first 40 bits of the SHA-256 of the id's 36 characters, five bits a character.
pub fn reference_of(rid: &str) -> String {
    let letters = letters(&sha256(rid.as_bytes())[..5]);
    format!("MARS-{}-{}", &letters[..4], &letters[4..])
}

/// Bytes as letters of [`ALPHABET`], five bits each, most significant first. A length that is a multiple of five has no rest.
pub fn letters(bytes: &[u8]) -> String {
    let mut letters = String::with_capacity(bytes.len() * 8 / 5);
    let (mut bits, mut n_bits) = (0_u32, 0);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        n_bits += 8;
        while n_bits >= 5 {
            n_bits -= 5;
            letters.push(char::from(ALPHABET[(bits >> n_bits) as usize & 31]));
        }
        bits &= (1 << n_bits) - 1;
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_one_reference() {
        assert_eq!(reference_of("00000000-0000-4000-8000-000000000000"), "MARS-VG27-DS92");
    }

    #[test]
    fn eighty_bits_are_sixteen_letters() {
        assert_eq!(letters(&[0xff; 10]), "Z".repeat(16));
        assert_eq!(letters(&[0; 10]), "2".repeat(16));
    }
}
