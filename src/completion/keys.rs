//! The board's public keys: a JWK Set with a `kid` and two times for each, as it is committed beside `site.toml`.

use serde_json::{Map, Value, json};

use super::digest::{from_base64url, to_base64url};
use super::json;

/// The x and y of a point on P-256, 32 bytes each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKey {
    pub x: [u8; 32],
    pub y: [u8; 32],
}

/// One key of the board. Retired keys stay listed, with the time of their end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardKey {
    /// By year: `board-2026`.
    pub kid: String,
    pub key: PublicKey,
    /// Seconds since 1970: an object counts from here …
    pub nbf: i64,
    /// … and before this. 0: the key is in use.
    pub exp: i64,
}

/// Every key the board has had, the newest last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoardKeys {
    pub keys: Vec<BoardKey>,
}

impl PublicKey {
    /// Reads the four members of a public JWK, and no other. None: it is none.
    pub fn from_jwk(jwk: &Value) -> Option<Self> {
        let members = jwk.as_object().filter(|members| members.len() == 4)?;
        Self::from_members(members)
    }

    fn from_members(members: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let coordinate = |name: &str| -> Option<[u8; 32]> { from_base64url(text(name)?)?.try_into().ok() };
        let is_p256 = text("kty") == Some("EC") && text("crv") == Some("P-256");
        is_p256.then_some(())?;
        Some(Self { x: coordinate("x")?, y: coordinate("y")? })
    }

    pub fn to_jwk(&self) -> Value {
        json!({ "kty": "EC", "crv": "P-256", "x": to_base64url(&self.x), "y": to_base64url(&self.y) })
    }

    /// The point as signature libraries take it: 04, x, y.
    pub fn to_point(&self) -> [u8; 65] {
        let mut point = [4; 65];
        point[1..33].copy_from_slice(&self.x);
        point[33..].copy_from_slice(&self.y);
        point
    }
}

impl BoardKey {
    /// Whether an object of this time counts: the day of checking plays no part.
    pub fn covers(&self, seconds: i64) -> bool {
        self.nbf <= seconds && (self.exp == 0 || seconds < self.exp)
    }
}

impl BoardKeys {
    /// Reads a JWK Set, or a `signpost.json`, which has one in it. Err: what is wrong, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let members = json::parse_object(text.as_bytes())?;
        let set = match members.get("keys") {
            Some(Value::Object(inner)) => inner.get("keys"),
            keys => keys,
        };
        let Some(Value::Array(entries)) = set else { return Err(String::from("it has no list `keys`")) };
        let mut keys: Vec<BoardKey> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let key = Self::entry(entry).ok_or_else(|| {
                format!("key {} is not a P-256 key with `kty`, `crv`, `x`, `y`, `kid`, `nbf` and `exp` and nothing else", index + 1)
            })?;
            if keys.iter().any(|other| other.kid == key.kid) {
                return Err(format!("two keys are called `{}`", key.kid));
            }
            keys.push(key);
        }
        Ok(Self { keys })
    }

    /// A secret half (`d`) has no business here, so there is no other member.
    fn entry(entry: &Value) -> Option<BoardKey> {
        let members = entry.as_object().filter(|members| members.len() == 7)?;
        let time = |name: &str| members.get(name).and_then(Value::as_i64).filter(|seconds| *seconds >= 0);
        let kid = members.get("kid")?.as_str().filter(|kid| !kid.is_empty())?;
        Some(BoardKey { kid: kid.to_owned(), key: PublicKey::from_members(members)?, nbf: time("nbf")?, exp: time("exp")? })
    }

    pub fn to_value(&self) -> Value {
        let keys: Vec<Value> = self
            .keys
            .iter()
            .map(|key| {
                let mut jwk = key.key.to_jwk();
                jwk["kid"] = key.kid.as_str().into();
                jwk["nbf"] = key.nbf.into();
                jwk["exp"] = key.exp.into();
                jwk
            })
            .collect();
        json!({ "keys": keys })
    }

    pub fn by_kid(&self, kid: &str) -> Option<&BoardKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    pub fn by_key(&self, key: &PublicKey) -> Option<&BoardKey> {
        self.keys.iter().find(|known| known.key == *key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(entry: &str) -> String {
        format!("{{\"keys\":[{entry}]}}")
    }

    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    #[test]
    fn a_set_comes_back_as_it_was() {
        let jwk = format!(r#"{{"kty":"EC","crv":"P-256","x":"{X}","y":"{Y}","kid":"board-2026","nbf":5,"exp":9}}"#);
        let keys = BoardKeys::parse(&set(&jwk)).expect("the set is sound");
        assert_eq!(BoardKeys::parse(&keys.to_value().to_string()), Ok(keys.clone()));
        assert_eq!(BoardKeys::parse(&format!("{{\"v\":1,\"keys\":{}}}", set(&jwk))), Ok(keys.clone()));
        let key = keys.by_kid("board-2026").expect("it is there");
        assert_eq!([4, 5, 8, 9].map(|at| key.covers(at)), [false, true, true, false]);
        let (twice, secret) = (format!("{jwk},{jwk}"), jwk.replace("\"nbf\"", "\"d\":\"AA\",\"nbf\""));
        assert!(BoardKeys::parse(&set(&twice)).is_err() && BoardKeys::parse(&set(&secret)).is_err());
    }
}
