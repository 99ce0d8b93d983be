//! The register: an append-only log of every change, as a Merkle tree (RFC 6962).
//!
//! In: records before they are written. Out: lines of the log, the root over them, and, when asked, the first line that does
//! not hold. A line names its record by a salted hash only, so that a record can be erased and the log stays whole.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::completion::canonical::canonical;
use crate::completion::digest::{digest_of, sha256, to_base64url};

use super::store::{LogLine, Record, Stored, Tx};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Received,
    Replaced,
    Forwarded,
    Confirmed,
    Returned,
    Withdrawn,
    Lapsed,
    /// Sent to the MARS team's check.
    Checked,
    Issued,
    Refused,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Replaced => "replaced",
            Self::Forwarded => "forwarded",
            Self::Confirmed => "confirmed",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
            Self::Checked => "checked",
            Self::Issued => "issued",
            Self::Refused => "refused",
        }
    }
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Learner,
    Confirmer,
    Operator,
    /// The inbox itself, by a rule.
    Clock,
}

impl Actor {
    fn word(self) -> &'static str {
        match self {
            Self::Learner => "learner",
            Self::Confirmer => "confirmer",
            Self::Operator => "operator",
            Self::Clock => "clock",
        }
    }
}

/// Writes a record and the line that says what happened to it, together.
pub fn put(tx: &mut dyn Tx, record: &Record, kind: Kind, actor: Actor, at: i64) -> Stored<()> {
    tx.put_record(record)?;
    note(tx, record, kind, actor, at)
}

/// Writes a line about a record that stays as it is.
pub fn note(tx: &mut dyn Tx, record: &Record, kind: Kind, actor: Actor, at: i64) -> Stored<()> {
    let seq = tx.log_size()?;
    let entry = canonical(&json!({
        "v": 1, "seq": seq, "at": at, "kind": kind.word(), "actor": actor.word(),
        "rid_hash": rid_hash(record), "row_hash": row_hash(record),
    }));
    let leaf = leaf_of(&entry);
    tx.append_log(&LogLine { seq, entry, leaf })
}

fn rid_hash(record: &Record) -> String {
    salted(&record.salt, record.submission.rid.as_bytes())
}

fn row_hash(record: &Record) -> String {
    salted(&record.salt, canonical(&record.lasting()).as_bytes())
}

fn salted(salt: &[u8; 16], bytes: &[u8]) -> String {
    to_base64url(&sha256(&[salt, bytes].concat()))
}

fn leaf_of(entry: &str) -> [u8; 32] {
    sha256(&[&[0], entry.as_bytes()].concat())
}

fn node_of(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    sha256(&[&[1], &left[..], &right[..]].concat())
}

/// The tree over the lines so far, kept as its whole subtrees from the left: a line more costs a few hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    /// Roots of the whole subtrees, the largest first: one for each bit of the size that is set.
    roots: Vec<[u8; 32]>,
}

impl Tree {
    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn push(&mut self, leaf: [u8; 32]) {
        let mut root = leaf;
        // Each bit at the end that is set stands for a subtree as large as the new one.
        for _ in 0..self.size.trailing_ones() {
            let left = self.roots.pop().expect("a set bit has its subtree");
            root = node_of(&left, &root);
        }
        self.roots.push(root);
        self.size += 1;
    }

    pub fn root(&self) -> [u8; 32] {
        let mut roots = self.roots.iter().rev();
        let Some(last) = roots.next() else { return sha256(b"") };
        roots.fold(*last, |right, left| node_of(left, &right))
    }

    /// Takes in the lines that were written since, by whichever process.
    pub fn catch_up(&mut self, tx: &mut dyn Tx) -> Stored<()> {
        for line in tx.log_from(self.size)? {
            self.push(line.leaf);
        }
        Ok(())
    }
}

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audit {
    /// Everything holds. `steps_back`: entries that are earlier than the one before them, as when a clock was set back.
    Holds { n_entries: u64, n_records: u64, steps_back: Vec<u64> },
    /// The first entry that does not, and what is wrong.
    Fails { seq: Option<u64>, what: String },
}

/// The signed size and root that the log must still have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Witness {
    pub size: u64,
    pub root: [u8; 32],
}

/// Recomputes the log and compares every record with its last line. `witnesses` are checkpoints, in any order.
pub fn audit(tx: &mut dyn Tx, witnesses: &[Witness]) -> Stored<Audit> {
    let lines = tx.log_from(0)?;
    let mut tree = Tree::default();
    // The last line of each record.
    let mut last: BTreeMap<String, (u64, String)> = BTreeMap::new();
    let (mut steps_back, mut latest) = (Vec::new(), i64::MIN);
    for (index, line) in lines.iter().enumerate() {
        let index = index as u64;
        let fails = |what: &str| Ok(Audit::Fails { seq: Some(index), what: what.to_owned() });
        if differs(&tree, witnesses) {
            return Ok(differs_before(index));
        }
        if line.seq != index {
            return fails("it is missing: the entry in its place has another number");
        }
        if leaf_of(&line.entry) != line.leaf {
            return fails("its text and its hash do not belong together");
        }
        let entry: Value = serde_json::from_str(&line.entry).unwrap_or(Value::Null);
        if entry["seq"].as_u64() != Some(index) {
            return fails("it carries another number than its place");
        }
        let (Some(rid_hash), Some(row_hash), Some(at)) = (entry["rid_hash"].as_str(), entry["row_hash"].as_str(), entry["at"].as_i64())
        else {
            return fails("it does not say when it was written, and about which record");
        };
        if at < latest {
            steps_back.push(index);
        }
        latest = at;
        last.insert(rid_hash.to_owned(), (index, row_hash.to_owned()));
        tree.push(line.leaf);
    }
    if differs(&tree, witnesses) {
        return Ok(differs_before(tree.size()));
    }
    if let Some(what) = is_cut(&tree, witnesses) {
        return Ok(Audit::Fails { seq: Some(tree.size()), what });
    }
    records(tx, last, tree.size(), steps_back)
}

/// Whether the log is another than the checkpoints have seen, without a look at the records: quick enough for every start.
pub fn contradiction(tx: &mut dyn Tx, witnesses: &[Witness]) -> Stored<Option<String>> {
    let mut tree = Tree::default();
    for line in tx.log_from(0)? {
        if differs(&tree, witnesses) {
            break;
        }
        tree.push(line.leaf);
    }
    if differs(&tree, witnesses) {
        return Ok(Some(format!("an entry before number {} is not the one that a checkpoint was signed over", tree.size())));
    }
    Ok(is_cut(&tree, witnesses))
}

fn differs(tree: &Tree, witnesses: &[Witness]) -> bool {
    witnesses.iter().any(|witness| witness.size == tree.size() && witness.root != tree.root())
}

/// That a checkpoint has seen more, in words.
fn is_cut(tree: &Tree, witnesses: &[Witness]) -> Option<String> {
    let seen = witnesses.iter().map(|witness| witness.size).max().filter(|seen| *seen > tree.size())?;
    Some(format!("a checkpoint has seen {seen} entries, and the log has {}", tree.size()))
}

fn differs_before(size: u64) -> Audit {
    let what = format!("an entry before number {size} is not the one that a checkpoint was signed over");
    Audit::Fails { seq: size.checked_sub(1), what }
}

/// Compares every record with its last line, and finds lines whose record is gone.
fn records(tx: &mut dyn Tx, mut last: BTreeMap<String, (u64, String)>, n_entries: u64, steps_back: Vec<u64>) -> Stored<Audit> {
    let mut n_records = 0;
    let mut wrongs: Vec<(Option<u64>, String)> = Vec::new();
    let mut strangers = Vec::new();
    for rid in tx.rids(&|_| true)? {
        n_records += 1;
        match tx.record(&rid) {
            Ok(Some(record)) => match last.remove(&rid_hash(&record)) {
                Some((seq, expected)) if row_hash(&record) != expected => {
                    wrongs.push((Some(seq), format!("the record {rid} is not what this entry was written about")));
                }
                Some((seq, _)) => {
                    let beside = [wrong_seal(tx, &record)?, wrong_definition(tx, &record)?];
                    wrongs.extend(beside.into_iter().flatten().map(|wrong| (Some(seq), wrong)));
                }
                None => strangers.push(format!("no entry is about the record {rid}")),
            },
            Ok(None) => strangers.push(format!("the record {rid} cannot be found again")),
            Err(error) => strangers.push(error.to_string()),
        }
    }
    // A record that cannot be read, or that no line knows, has left the line that was about it without one.
    for (seq, _) in last.into_values() {
        let stranger = if strangers.is_empty() { String::new() } else { format!("; {}", strangers.join("; ")) };
        wrongs.push((Some(seq), format!("the record it is about is not there{stranger}")));
    }
    if wrongs.is_empty() {
        wrongs.extend(strangers.into_iter().map(|stranger| (None, stranger)));
    }
    wrongs.sort();
    Ok(match wrongs.into_iter().next() {
        Some((seq, what)) => Audit::Fails { seq, what },
        None => Audit::Holds { n_entries, n_records, steps_back },
    })
}

/// The sealed answers of a record, compared with the digest that the record holds.
fn wrong_seal(tx: &mut dyn Tx, record: &Record) -> Stored<Option<String>> {
    let rid = &record.submission.rid;
    let digest = tx.seal(rid)?.map(|seal| seal.digest());
    Ok((digest != record.seal_digest).then(|| format!("the sealed answers of {rid} are not those that came")))
}

/// What was asked, compared with the digest that the record names.
fn wrong_definition(tx: &mut dyn Tx, record: &Record) -> Stored<Option<String>> {
    let digest = &record.submission.workbook.digest;
    let is_kept = tx.definition(digest)?.is_some_and(|definition| digest_of(definition.text.as_bytes()) == *digest);
    Ok((!is_kept).then(|| format!("the definition {digest} is not the one that was answered")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6962, as certificate transparency logs have tested it: the entries and the roots over the first one, two, … of them.
    #[test]
    fn roots_are_those_of_the_rfc() {
        let entries: [&[u8]; 8] = [
            b"",
            &[0x00],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let hex = |bytes: [u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let mut tree = Tree::default();
        assert_eq!(hex(tree.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (entry, root) in entries.iter().zip(roots) {
            tree.push(sha256(&[&[0], *entry].concat()));
            assert_eq!(hex(tree.root()), root);
        }
    }
}
