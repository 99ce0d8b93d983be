//! `/signpost.json`: how pages, tests and other people's programs learn where the inbox is, which keys count and which
//! e-workbooks there are. The same object stands in `/signpost.js`, for pages opened from a folder.

use rayon::prelude::*;
use serde_json::{Value, json};

use crate::address::OutputPath;
use crate::completion::digest::{sha256, to_base64url};
use crate::quiz::Confirm;
use crate::site::Site;

use super::RenderOptions;
use super::outputs::Outputs;

/// Adds both files, last: they name the release by the digest of all other files.
pub(super) fn write(site: &Site, options: &RenderOptions, outputs: &mut Outputs) {
    let info = info(site, options, &release(outputs)).to_string();
    outputs.insert(OutputPath::new("signpost.js"), format!("globalThis.signpostInfo = {info}\n").into_bytes());
    outputs.insert(OutputPath::new("signpost.json"), format!("{info}\n").into_bytes());
}

/// Mail domains of agencies are not in it: they would tell a stranger which address to invent.
fn info(site: &Site, options: &RenderOptions, release: &str) -> Value {
    let agencies: Vec<Value> =
        site.data.register.agencies.iter().map(|agency| json!({ "id": agency.id.value, "name": agency.name })).collect();
    let workbooks: Vec<Value> = site
        .workbooks
        .iter()
        .filter(|workbook| workbook.quiz.confirm == Confirm::Manager)
        .map(|workbook| {
            let definition = &workbook.definition;
            json!({
                "id": definition.id,
                "version": definition.version,
                "title": definition.title,
                "digest": definition.digest,
                "definition": format!("/workbooks/{}/{}.json", definition.id, definition.version),
                "answers_on_server": definition.answers_on_server,
            })
        })
        .collect();
    json!({
        "v": 1,
        "release": release,
        "site": options.base_url,
        "inbox": options.inbox.as_ref().map(|inbox| &inbox.origin),
        "keys": options.inbox.as_ref().map_or_else(|| json!({ "keys": [] }), |inbox| inbox.keys.to_value()),
        "agencies": agencies,
        "workbooks": workbooks,
    })
}

/// A name that changes with any byte of the release.
fn release(outputs: &Outputs) -> String {
    let files: Vec<_> = outputs.iter().collect();
    let digests: Vec<[u8; 32]> = files.par_iter().map(|(_, bytes)| sha256(bytes)).collect();
    let mut list = Vec::with_capacity(files.len() * 64);
    for ((path, _), digest) in files.iter().zip(&digests) {
        list.extend_from_slice(path.as_str().as_bytes());
        list.push(0);
        list.extend_from_slice(digest);
    }
    to_base64url(&sha256(&list)[..12])
}
