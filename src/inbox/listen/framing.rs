//! Where one request ends and the next begins, decided once and strictly (RFC 9112, sections 2, 5 and 6).
//!
//! In: the bytes of a connection, as they come. Out: how many of them may be passed on to hyper. It keeps a few bytes of a line
//! and no request, and it says nothing of what a request asks for.
//!
//! hyper forgives more than the inbox may: it takes a bare LF for the end of a line, the first of two equal lengths, and chunks
//! over a length. A proxy in front that forgives in another way would see other requests in the same bytes.

/// The longest name that matters here is `transfer-encoding`; of a longer one, one letter more is kept, to tell it apart.
const MAX_NAME: usize = "transfer-encoding".len() + 1;

/// Most of a `Content-Length` that is kept: 18 digits, which fit 64 bits, and some spaces around them.
const MAX_LENGTH_TEXT: usize = 32;
const MAX_LENGTH_DIGITS: usize = 18;

/// Where the next byte of a connection belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first byte of a request.
    Between,
    RequestLine,
    /// After the CR of a line that is not empty.
    LineEnd,
    /// At the first byte of a field, or of the empty line.
    LineStart,
    Name,
    Value,
    /// After the CR of the empty line.
    HeadEnd,
    /// With so many bytes to come, at least one.
    Body(u64),
    /// Nothing more is passed on.
    Over,
}

/// How far the requests of one connection have come.
#[derive(Debug)]
pub struct Framing {
    place: Place,
    /// Of the present field, in lower case and at most [`MAX_NAME`] bytes.
    name: Vec<u8>,
    /// Of the present field, if it is a length.
    value: Vec<u8>,
    length: Option<u64>,
    has_transfer_coding: bool,
}

/// What became of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// How many may be passed on: fewer than there were when the connection is over.
    pub n_bytes: usize,
    /// The next one was none that a request may have there.
    pub is_fault: bool,
}

impl Framing {
    pub fn new() -> Self {
        Self { place: Place::Between, name: Vec::new(), value: Vec::new(), length: None, has_transfer_coding: false }
    }

    /// No request has begun that is not here whole.
    pub fn is_between(&self) -> bool {
        self.place == Place::Between
    }

    /// Nothing more will be passed on.
    pub fn is_over(&self) -> bool {
        self.place == Place::Over
    }

    /// Follows the next bytes of the connection.
    pub fn pass(&mut self, bytes: &[u8]) -> Passed {
        let mut n_bytes = 0;
        while n_bytes < bytes.len() {
            match self.place {
                Place::Over => break,
                Place::Body(left) => {
                    let here = bytes.len() - n_bytes;
                    let taken = usize::try_from(left).map_or(here, |left| left.min(here));
                    n_bytes += taken;
                    let left = left - taken as u64;
                    self.place = if left == 0 { Place::Between } else { Place::Body(left) };
                }
                _ => {
                    let Some(place) = self.step(bytes[n_bytes]) else {
                        self.place = Place::Over;
                        return Passed { n_bytes, is_fault: true };
                    };
                    self.place = place;
                    n_bytes += 1;
                }
            }
        }
        Passed { n_bytes, is_fault: false }
    }

    /// The place after one byte of a head. None: it may not stand there.
    ///
    /// So a space after a name, a continued line, a CR or LF alone, an empty line before a request and every control character
    /// but a tab in a value are refused without a line of their own here.
    fn step(&mut self, byte: u8) -> Option<Place> {
        Some(match (self.place, byte) {
            (Place::Between | Place::RequestLine, b' '..=b'~' | 0x80..) => Place::RequestLine,
            (Place::RequestLine, b'\r') => Place::LineEnd,
            (Place::LineEnd, b'\n') => {
                self.name.clear();
                self.value.clear();
                Place::LineStart
            }
            (Place::LineStart, b'\r') => Place::HeadEnd,
            (Place::LineStart | Place::Name, byte) if is_token(byte) => {
                if self.name.len() < MAX_NAME {
                    self.name.push(byte.to_ascii_lowercase());
                }
                Place::Name
            }
            (Place::Name, b':') => Place::Value,
            (Place::Value, b'\t' | b' '..=b'~' | 0x80..) => {
                if self.name == b"content-length" {
                    if self.value.len() == MAX_LENGTH_TEXT {
                        return None;
                    }
                    self.value.push(byte);
                }
                Place::Value
            }
            (Place::Value, b'\r') => {
                self.end_field()?;
                Place::LineEnd
            }
            (Place::HeadEnd, b'\n') => self.end_head(),
            _ => return None,
        })
    }

    /// Takes note of a field. None: with it, the end of the request is in doubt.
    fn end_field(&mut self) -> Option<()> {
        match self.name.as_slice() {
            b"content-length" if self.length.is_none() => self.length = Some(length_in(&self.value)?),
            // Of two, equal or not, a proxy may have read either, or their list.
            b"content-length" => return None,
            b"transfer-encoding" => self.has_transfer_coding = true,
            _ => return Some(()),
        }
        // A length and chunks: one of them lies.
        (self.length.is_none() || !self.has_transfer_coding).then_some(())
    }

    /// The place after a head, from what it said of its body.
    fn end_head(&mut self) -> Place {
        // The inbox takes no body without a length. What stands after such a head is not looked at, as body or as request.
        if self.has_transfer_coding {
            return Place::Over;
        }
        match self.length.take() {
            None | Some(0) => Place::Between,
            Some(length) => Place::Body(length),
        }
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn length_in(value: &[u8]) -> Option<u64> {
    let digits = str::from_utf8(value).ok()?.trim_matches([' ', '\t']);
    let is_number = (1..=MAX_LENGTH_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether all is passed, at once and byte by byte.
    fn check(requests: &str, n_bytes: usize, is_fault: bool) -> Place {
        let mut whole = Framing::new();
        assert_eq!(whole.pass(requests.as_bytes()), Passed { n_bytes, is_fault }, "{requests:?}");
        let mut slow = Framing::new();
        let n_passed: usize = requests.bytes().map(|byte| slow.pass(&[byte]).n_bytes).sum();
        assert_eq!((n_passed, slow.place), (n_bytes, whole.place), "{requests:?}");
        whole.place
    }

    fn passes(requests: &str) -> Place {
        check(requests, requests.len(), false)
    }

    /// Refused at the byte that `‸` stands before.
    fn fails(requests: &str) {
        let at = requests.find('‸').expect("the fault is marked");
        assert_eq!(check(&requests.replace('‸', ""), at, true), Place::Over);
    }

    #[test]
    fn requests_end_where_they_say() {
        assert_eq!(passes(""), Place::Between);
        assert_eq!(passes("GET / HTTP/1.1\r\nHost: x\r\nX-É: \tü\r\n\r\n".replace('É', "E").as_str()), Place::Between);
        assert_eq!(passes("POST / HTTP/1.1\r\ncontent-LENGTH:\t 5 \r\n\r\nab"), Place::Body(3));
        assert_eq!(passes("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n\r\nGET / HTTP/1.1\r\nEmpty:\r\n\r\n"), Place::Between);
        assert_eq!(passes("POST / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length-Too: 9\r\n\r\n"), Place::Between);
        let length = "999999999999999999";
        assert_eq!(passes(&format!("POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\n")), Place::Body(999_999_999_999_999_999));
    }

    #[test]
    fn nothing_after_a_head_with_chunks_is_passed() {
        let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(check(&format!("{head}0\r\n\r\nGET / HTTP/1.1\r\n\r\n"), head.len(), false), Place::Over);
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for requests in [
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5‸\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nCONTENT-LENGTH: 6‸\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked‸\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5‸\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5, 5‸\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: +5‸\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 0x5‸\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length:‸\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 1234567890123456789‸\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length:                               5‸  \r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length‸ : 5\r\n\r\n",
            "POST / HTTP/1.1\r\nA: b\r\n‸ Content-Length: 5\r\n\r\n",
            "POST / HTTP/1.1\r\nA: b‸\nContent-Length: 5\r\n\r\n",
            "POST / HTTP/1.1\r\nA: b\r‸Content-Length: 5\r\n\r\n",
            "POST / HTTP/1.1\r\nA: b\r\n‸\n",
            "POST / HTTP/1.1\r\nA: b\r\n\r‸\r\n",
            "POST / HTTP/1.1\r\n‸: b\r\n\r\n",
            "POST / HTTP/1.1\r\nA: b‸\0\r\n\r\n",
            "POST / HTTP/1.1\r\nA: b‸\u{7f}\r\n\r\n",
            "POST / HTTP/1.1‸\n\r\n",
            "‸\r\nPOST / HTTP/1.1\r\n\r\n",
            "‸\u{16}\u{3}\u{1}",
        ] {
            fails(requests);
        }
    }
}
