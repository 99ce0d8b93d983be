//! What one request may cost: the time and the size of its body, and how many come from one network.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use axum::body::{Body, Bytes};
use tokio::sync::Semaphore;

/// For a whole body to arrive. The slowest telephone sends 65,000 bytes in less.
const BODY_TIME: Duration = Duration::from_secs(10);

/// A body larger than this …
const LARGE: u64 = 16 * 1024;

/// … is read with so many others at most: together they hold 16 MiB.
static LARGE_BODIES: Semaphore = Semaphore::const_new(64);

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    TooLarge,
    /// Too many large ones are being read.
    Busy,
    /// It ended early, or took too long.
    Broken,
}

/// Reads a body that says how long it is.
pub async fn read_body(body: Body, length: u64, max_length: u64) -> Result<Bytes, BodyError> {
    if length > max_length {
        return Err(BodyError::TooLarge);
    }
    let read = async {
        let _place = match length > LARGE {
            true => Some(LARGE_BODIES.acquire().await.expect("the places are never closed")),
            false => None,
        };
        let length = usize::try_from(length).expect("it is less than what is allowed");
        axum::body::to_bytes(body, length).await.map_err(|_| BodyError::Broken)
    };
    match tokio::time::timeout(BODY_TIME, read).await {
        Ok(outcome) => outcome,
        Err(_) if LARGE_BODIES.available_permits() == 0 => Err(BodyError::Busy),
        Err(_) => Err(BodyError::Broken),
    }
}

/// Networks that are remembered at most. Who comes from more than this must share.
const MAX_NETWORKS: usize = 20_000;

/// A bucket of tokens for each network: /24 of IPv4, /64 of IPv6, which one household or one office shares.
#[derive(Debug)]
pub struct RateLimiter {
    per_minute: i64,
    /// Proxies whose last `X-Forwarded-For` entry is believed.
    trusted: Vec<IpAddr>,
    buckets: BTreeMap<u128, Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// In sixtieths, so that a second refills a whole number of them.
    sixtieths: i64,
    at: i64,
}

impl RateLimiter {
    pub fn new(per_minute: i64, trusted: Vec<IpAddr>) -> Self {
        Self { per_minute, trusted, buckets: BTreeMap::new() }
    }

    /// Takes a token for a request. Err: the seconds after which there is one again. `now` is in seconds.
    pub fn take(&mut self, peer: IpAddr, forwarded: Option<&str>, now: i64) -> Result<(), u64> {
        let address = self.address(peer.to_canonical(), forwarded);
        if address.is_loopback() {
            return Ok(());
        }
        let full = self.per_minute * 60;
        if self.buckets.len() >= MAX_NETWORKS {
            self.forget(now);
        }
        let bucket = self.buckets.entry(network_of(address)).or_insert(Bucket { sixtieths: full, at: now });
        // A clock that steps back refills nothing and takes nothing away.
        let passed = (now - bucket.at).max(0);
        bucket.sixtieths = bucket.sixtieths.saturating_add(passed.saturating_mul(self.per_minute)).min(full);
        bucket.at = now;
        if bucket.sixtieths >= 60 {
            bucket.sixtieths -= 60;
            return Ok(());
        }
        let missing = 60 - bucket.sixtieths;
        Err(u64::try_from((missing + self.per_minute - 1) / self.per_minute).unwrap_or(1).max(1))
    }

    /// The peer's address, or what a proxy of ours says of its own peer.
    fn address(&self, peer: IpAddr, forwarded: Option<&str>) -> IpAddr {
        if !self.trusted.contains(&peer) {
            return peer;
        }
        let last = forwarded.and_then(|list| list.rsplit(',').next()).and_then(|entry| entry.trim().parse::<IpAddr>().ok());
        last.map_or(peer, |address| address.to_canonical())
    }

    /// Forgets buckets that are full again; if that is not enough, those that were not used for longest.
    fn forget(&mut self, now: i64) {
        let (full, per_minute) = (self.per_minute * 60, self.per_minute);
        self.buckets.retain(|_, bucket| bucket.sixtieths + (now - bucket.at).max(0).saturating_mul(per_minute) < full);
        if self.buckets.len() >= MAX_NETWORKS {
            let mut times: Vec<i64> = self.buckets.values().map(|bucket| bucket.at).collect();
            times.sort_unstable();
            let middle = times[times.len() / 2];
            self.buckets.retain(|_, bucket| bucket.at > middle);
        }
    }
}

/// What stands for a network: IPv4 in the low numbers, which no IPv6 network has.
fn network_of(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits() >> 8),
        IpAddr::V6(address) => Ipv6Addr::to_bits(address) >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("it is an address")
    }

    #[test]
    fn a_network_has_so_many_requests_a_minute() {
        let mut limiter = RateLimiter::new(60, Vec::new());
        for n in 0..60 {
            assert_eq!(limiter.take(ip(&format!("192.0.2.{n}")), None, 0), Ok(()), "{n}");
        }
        assert_eq!(limiter.take(ip("192.0.2.99"), None, 0), Err(1));
        assert_eq!(limiter.take(ip("192.0.3.1"), None, 0), Ok(()), "another network");
        assert_eq!(limiter.take(ip("192.0.2.99"), None, 1), Ok(()), "a second later");
        assert_eq!(limiter.take(ip("192.0.2.99"), None, -5), Err(1), "a clock that steps back gives nothing");
        let mut slow = RateLimiter::new(2, Vec::new());
        assert_eq!((slow.take(ip("2001:db8::1"), None, 0), slow.take(ip("2001:db8::2"), None, 0)), (Ok(()), Ok(())));
        assert_eq!(slow.take(ip("2001:db8::3"), None, 0), Err(30));
        assert_eq!(slow.take(ip("2001:db8:0:1::3"), None, 0), Ok(()));
    }

    #[test]
    fn this_computer_has_no_limit_and_a_proxy_is_believed_only_if_it_is_ours() {
        let mut limiter = RateLimiter::new(1, vec![ip("10.0.0.1")]);
        for _ in 0..9 {
            assert_eq!(limiter.take(ip("127.0.0.1"), None, 0), Ok(()));
            assert_eq!(limiter.take(ip("::ffff:127.0.0.1"), None, 0), Ok(()));
        }
        let mut from = |peer: &str, forwarded: &str| limiter.take(ip(peer), Some(forwarded), 0);
        assert_eq!((from("10.0.0.1", "1.1.1.1, 198.51.100.7"), from("10.0.0.1", "2.2.2.2, 198.51.100.7")), (Ok(()), Err(60)));
        assert_eq!((from("203.0.113.1", "198.51.101.1"), from("203.0.113.1", "198.51.102.1")), (Ok(()), Err(60)));
    }

    #[test]
    fn many_networks_do_not_fill_the_memory() {
        let mut limiter = RateLimiter::new(60, Vec::new());
        for n in 0..3 * MAX_NETWORKS as u32 {
            assert_eq!(limiter.take(IpAddr::V4((n << 8).wrapping_add(0x0100_0000).into()), None, i64::from(n / 1_000)), Ok(()));
            assert!(limiter.buckets.len() <= MAX_NETWORKS);
        }
    }

    #[tokio::test]
    async fn a_body_is_read_as_far_as_it_was_announced() {
        assert_eq!(read_body(Body::from("abc"), 3, 10).await, Ok(Bytes::from("abc")));
        assert_eq!(read_body(Body::from("abc"), 11, 10).await, Err(BodyError::TooLarge));
        assert_eq!(read_body(Body::from("abcd"), 3, 10).await, Err(BodyError::Broken));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_comes_is_given_up() {
        assert_eq!(read_body(Body::new(Waiting), 3, 10).await, Err(BodyError::Broken));
    }

    /// A body that is never there.
    struct Waiting;

    impl axum::body::HttpBody for Waiting {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
            std::task::Poll::Pending
        }
    }
}
