//! How many requests come from one network: a bucket of tokens for each.
//!
//! In: a request's addresses and the time, which is given. Out: a token, or the seconds until there is one. It remembers networks,
//! never whole addresses, and forgets them as soon as their buckets are full.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

/// Networks that are remembered at most, some 50 bytes each. Whoever has more than this at their command is not held by tokens.
const MAX_NETWORKS: usize = 20_000;

/// A request costs so many parts of a token, so that every second adds a whole number of them.
const REQUEST: i64 = 60;

/// A bucket of tokens for each network: a /24 of IPv4 or a /64 of IPv6, which a household or an office shares.
#[derive(Debug)]
pub struct RateLimiter {
    per_minute: i64,
    /// Proxies whose last `X-Forwarded-For` entry is believed.
    trusted: Vec<IpAddr>,
    /// Of each network that has asked; one that is not here has a full bucket.
    buckets: BTreeMap<Network, Bucket>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Network {
    V4([u8; 3]),
    V6([u16; 4]),
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// In parts of a token.
    level: i64,
    /// Seconds since 1970.
    at: i64,
}

impl RateLimiter {
    /// Lets through so many requests a minute, at least one.
    pub fn new(per_minute: i64, trusted: Vec<IpAddr>) -> Self {
        let trusted = trusted.into_iter().map(|proxy| proxy.to_canonical()).collect();
        Self { per_minute: per_minute.clamp(1, i64::from(u32::MAX)), trusted, buckets: BTreeMap::new() }
    }

    /// Takes a token for a request from `peer` with this `X-Forwarded-For`, at `now` in seconds since 1970. Err: the seconds after
    /// which there is one again. This computer has no limit: its requests are ours, or of a proxy that is not in the settings.
    pub fn take(&mut self, peer: IpAddr, forwarded: Option<&str>, now: i64) -> Result<(), u64> {
        let address = self.address(peer.to_canonical(), forwarded);
        if address.is_loopback() {
            return Ok(());
        }
        let network = Network::of(address);
        if self.buckets.len() >= MAX_NETWORKS && !self.buckets.contains_key(&network) {
            self.forget(now);
        }
        let per_minute = self.per_minute;
        let bucket = self.buckets.entry(network).or_insert(Bucket { level: full(per_minute), at: now });
        *bucket = Bucket { level: bucket.level_at(now, per_minute), at: now };
        if bucket.level >= REQUEST {
            bucket.level -= REQUEST;
            return Ok(());
        }
        Err((REQUEST - bucket.level).unsigned_abs().div_ceil(per_minute.unsigned_abs()))
    }

    /// The peer's address, or what a proxy of ours says of its own peer: the last entry, since those before it are the peer's own
    /// words. An entry that is no address leaves the proxy's.
    fn address(&self, peer: IpAddr, forwarded: Option<&str>) -> IpAddr {
        if !self.trusted.contains(&peer) {
            return peer;
        }
        let last = forwarded.and_then(|list| list.rsplit(',').next()).map(str::trim);
        // Some proxies write the port as well.
        let address = last.and_then(|entry| entry.parse().or_else(|_| entry.parse::<SocketAddr>().map(|socket| socket.ip())).ok());
        address.map_or(peer, |address| address.to_canonical())
    }

    /// Makes room: full buckets say nothing, and of the others the fuller half says least. It takes half at a time, so that a
    /// flood of networks does not have all of them looked through for each.
    fn forget(&mut self, now: i64) {
        let per_minute = self.per_minute;
        self.buckets.retain(|_, bucket| bucket.level_at(now, per_minute) < full(per_minute));
        if self.buckets.len() > MAX_NETWORKS / 2 {
            let mut by_level: Vec<_> = self.buckets.iter().map(|(network, bucket)| (bucket.level_at(now, per_minute), *network)).collect();
            by_level.sort_unstable();
            for (_, network) in by_level.drain(MAX_NETWORKS / 2..) {
                self.buckets.remove(&network);
            }
        }
    }
}

impl Bucket {
    /// A clock that steps back adds nothing and takes nothing away.
    fn level_at(&self, now: i64, per_minute: i64) -> i64 {
        let passed = now.saturating_sub(self.at).max(0);
        self.level.saturating_add(passed.saturating_mul(per_minute)).min(full(per_minute))
    }
}

fn full(per_minute: i64) -> i64 {
    per_minute * REQUEST
}

impl Network {
    fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                Self::V4([a, b, c])
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self::V6([a, b, c, d])
            }
        }
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
        assert_eq!(limiter.take(ip("::ffff:192.0.2.1"), None, 0), Err(1), "the same network, written as IPv6");
        assert_eq!(limiter.take(ip("192.0.3.1"), None, 0), Ok(()), "another network");
        assert_eq!(limiter.take(ip("192.0.2.99"), None, 1), Ok(()), "a second later");
        assert_eq!(limiter.take(ip("192.0.2.99"), None, -3_600), Err(1), "a clock that steps back adds nothing");
        assert_eq!(limiter.take(ip("192.0.2.99"), None, -3_599), Ok(()), "and locks nobody out");
        let mut slow = RateLimiter::new(2, Vec::new());
        assert_eq!((slow.take(ip("2001:db8::1"), None, 0), slow.take(ip("2001:db8::2"), None, 0)), (Ok(()), Ok(())));
        assert_eq!((slow.take(ip("2001:db8::3"), None, 0), slow.take(ip("2001:db8::3"), None, 29)), (Err(30), Err(1)));
        assert_eq!(slow.take(ip("2001:db8:0:1::3"), None, 0), Ok(()), "another network");
        assert_eq!(slow.take(ip("2001:db8::3"), None, i64::MAX), Ok(()));
        assert_eq!(RateLimiter::new(0, Vec::new()).take(ip("192.0.2.1"), None, 0), Ok(()), "a limit that lets nobody in is none");
    }

    #[test]
    fn this_computer_has_no_limit_and_a_proxy_is_believed_only_if_it_is_ours() {
        let mut limiter = RateLimiter::new(1, vec![ip("10.0.0.1"), ip("127.0.0.1")]);
        let mut from = |peer: &str, forwarded: &str| limiter.take(ip(peer), Some(forwarded), 0);
        for _ in 0..9 {
            assert_eq!((from("127.0.0.1", ""), from("::1", "192.0.2.1"), from("::ffff:127.0.0.1", "x")), (Ok(()), Ok(()), Ok(())));
        }
        assert_eq!((from("10.0.0.1", "1.1.1.1, 198.51.100.7"), from("10.0.0.1", "2.2.2.2,198.51.100.8:443")), (Ok(()), Err(60)));
        assert_eq!((from("127.0.0.1", "198.51.100.9"), from("127.0.0.1", "[2001:db8::1]:443")), (Err(60), Ok(())));
        assert_eq!((from("203.0.113.1", "198.51.101.1"), from("203.0.113.1", "198.51.102.1")), (Ok(()), Err(60)));
        assert_eq!((from("10.0.0.1", "nobody"), from("10.0.0.1", "unknown")), (Ok(()), Err(60)), "the proxy's own");
    }

    #[test]
    fn many_networks_do_not_fill_the_memory() {
        let mut limiter = RateLimiter::new(60, Vec::new());
        let worst = ip("192.0.2.1");
        while limiter.take(worst, None, 0).is_ok() {}
        for n in 0..3 * MAX_NETWORKS as u32 {
            assert_eq!(limiter.take(IpAddr::V4((0x0100_0000 + (n << 8)).into()), None, 0), Ok(()));
            assert!(limiter.buckets.len() <= MAX_NETWORKS);
        }
        assert_eq!(limiter.take(worst, None, 0), Err(1), "whoever asked most is remembered");
        limiter.forget(60);
        assert_eq!(limiter.buckets.len(), 0, "what is full is forgotten");
    }
}
