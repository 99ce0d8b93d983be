//! `site.toml`: what holds for the whole site.
//!
//! In: the file's text. Out: [`SiteConfig`], complete, and what was wrong with it.

use std::net::IpAddr;

use crate::completion::text::is_address;
use crate::diagnostics::{Diagnostic, FilePath, Span, WARNINGS};
use crate::fields::{self, Fields, Kind, Placed};
use crate::theme;

/// Settings of a site. A setting that is not given has the value its comment names.
#[derive(Debug, Clone)]
pub struct SiteConfig {
    pub file: FilePath,
    pub title: String,
    /// For window titles and small screens. Default: the title.
    pub short_title: String,
    pub description: String,
    /// `https://toolkit.example`, without a slash at its end.
    pub base_url: String,
    /// Of the text, as in `lang`. Default: `en-GB`.
    pub language: String,
    /// The area whose figures come first. Default: none.
    pub host_area: Option<Placed<String>>,
    /// Default: `signpost`.
    pub theme: Placed<String>,
    /// Front matter keys that every page must have, besides `title` and `summary`.
    pub required_front_matter: Vec<&'static str>,
    pub navigation: Navigation,
    pub check: CheckConfig,
    /// Where it is asked for that the search index is written a second time, for tools that read elasticlunr's format.
    pub elasticlunr: Option<Span>,
    pub inbox: InboxConfig,
}

/// `[inbox]`: where completions are sent, and how the inbox works. Secrets are never here: they are files of their own.
#[derive(Debug, Clone)]
pub struct InboxConfig {
    /// Scheme, host and port of the inbox, and nothing more. None: this site sends nothing.
    pub origin: Option<Placed<String>>,
    /// Origins whose pages may speak with the inbox. Default: that of `base_url`.
    pub allowed_origins: Vec<String>,
    /// The board's public keys: a file beside `site.toml`.
    pub keys: Option<Placed<String>>,
    /// The sender of mails. Default: none, and then no mail can be sent by SMTP.
    pub mail_from: Option<String>,
    /// `smtps://user@mail.example:465`.
    pub smtp: Option<String>,
    /// Where the MARS team reads what waits for its check.
    pub mars_mailbox: Option<String>,
    /// Whether a confirmed record that passes every check is issued at once. Default: yes.
    pub auto_issue: bool,
    /// Days after which a request that nobody decided lapses. Default: 28.
    pub lapse_days: i64,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    pub limits: InboxLimits,
}

/// Limits that a board may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxLimits {
    /// Mails to one learner that nobody's confirmation caused, a day.
    pub mails_to_learner: i64,
    /// Requests to one confirmer, a day.
    pub mails_to_confirmer: i64,
    /// All mails, a day.
    pub mails_in_all: i64,
    /// Requests from one network (/24 or /64), a minute.
    pub requests_per_minute: i64,
}

/// Four weeks: long enough for a holiday, and a talk that is put off once.
const LAPSE_DAYS: i64 = 28;

impl Default for InboxLimits {
    fn default() -> Self {
        Self { mails_to_learner: 3, mails_to_confirmer: 20, mails_in_all: 2_000, requests_per_minute: 60 }
    }
}

impl Default for InboxConfig {
    fn default() -> Self {
        Self {
            origin: None,
            allowed_origins: Vec::new(),
            keys: None,
            mail_from: None,
            smtp: None,
            mars_mailbox: None,
            auto_issue: true,
            lapse_days: LAPSE_DAYS,
            trusted_proxies: Vec::new(),
            limits: InboxLimits::default(),
        }
    }
}

/// `[check]`: how strict the check is with this site's own words.
#[derive(Debug, Clone, Default)]
pub struct CheckConfig {
    /// Codes of warnings that stop the publishing, as errors do. Default: none.
    pub errors: Vec<&'static str>,
    /// Abbreviations that every reader knows, and names in capitals. Default: none.
    pub abbreviations: Vec<String>,
}

/// Pages named for the menus, as paths below `content/`.
#[derive(Debug, Clone, Default)]
pub struct Navigation {
    /// Default: the sections at the top of the site, by weight.
    pub main: Vec<Placed<String>>,
    pub footer: Vec<Placed<String>>,
}

/// Front matter keys that a site may require.
pub const OPTIONAL_FRONT_MATTER: [&str; 7] = ["area", "audience", "owner", "reviewed", "review_due", "sources", "also_asked"];

const KIND: Kind = Kind { code: "config", words: "site.toml" };

/// Reads `site.toml`.
pub fn parse(file: &FilePath, text: &str) -> (SiteConfig, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let config = fields::read(KIND, file, text, 0..text.len(), &mut found, |fields| read(file, fields));
    (config, found)
}

fn read(file: &FilePath, fields: &mut Fields<'_>) -> SiteConfig {
    let title = fields.required_prose("title").map(|title| title.value).unwrap_or_default();
    let base_url = fields.required_text("base_url").map(|address| checked_base_url(fields, &address)).unwrap_or_default();
    let short_title = fields.text("short_title").map_or_else(|| title.clone(), |short| short.value);
    SiteConfig {
        file: file.clone(),
        short_title,
        description: fields.prose("description"),
        base_url,
        language: fields.text("language").map_or_else(|| String::from("en-GB"), |language| language.value),
        host_area: fields.text("host_area"),
        theme: fields.text("theme").map_or_else(
            || Placed { value: String::from(theme::DEFAULT), span: Span::file_start(file) },
            |name| checked_theme(fields, name),
        ),
        required_front_matter: fields.table("front_matter", "[front_matter]", required_keys).unwrap_or_default(),
        navigation: fields
            .table("navigation", "[navigation]", |table| Navigation { main: table.texts("main"), footer: table.texts("footer") })
            .unwrap_or_default(),
        check: fields.table("check", "[check]", check).unwrap_or_default(),
        elasticlunr: fields
            .table("search", "[search]", |table| table.boolean("elasticlunr"))
            .flatten()
            .filter(|is_wanted| is_wanted.value)
            .map(|is_wanted| is_wanted.span),
        inbox: fields.table("inbox", "[inbox]", inbox).unwrap_or_default(),
        title,
    }
}

/// An address that pages can be joined to. `--base-url` is checked by the same rule.
pub fn base_url(written: &str) -> Result<String, &'static str> {
    let address = written.trim_end_matches('/');
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    match rest {
        None => Err("the site's address begins with `https://`"),
        Some(rest)
            if rest.is_empty()
                || rest.contains(|character: char| {
                    character.is_whitespace() || matches!(character, '"' | '<' | '>' | '?' | '#' | ';' | '\'')
                }) =>
        {
            Err("this is not the address of a site")
        }
        Some(_) => Ok(address.to_owned()),
    }
}

/// The scheme, host and port of an address: what a browser sends as `Origin`.
pub fn origin_of(address: &str) -> &str {
    let host_at = address.find("://").map_or(0, |at| at + 3);
    address[host_at..].find('/').map_or(address, |slash| &address[..host_at + slash])
}

/// Whether an address is that of the machine itself, which no reader elsewhere can open.
pub fn is_loopback(base_url: &str) -> bool {
    let host = base_url.split("://").nth(1).unwrap_or("").split('/').next().unwrap_or("");
    host == "localhost" || host.starts_with("localhost:") || host.starts_with("127.") || host.starts_with("[::1]")
}

fn checked_base_url(fields: &mut Fields<'_>, address: &Placed<String>) -> String {
    base_url(&address.value).unwrap_or_else(|message| {
        fields
            .report("base-url", address.span.clone(), message)
            .help
            .push(String::from("write it as in `base_url = \"https://toolkit.example\"`"));
        String::new()
    })
}

fn inbox(fields: &mut Fields<'_>) -> InboxConfig {
    let origin = fields.text("origin").filter(|origin| is_origin(fields, origin));
    let keys = fields.text("keys");
    if let (Some(origin), None) = (&origin, &keys) {
        fields
            .report("inbox-keys", origin.span.clone(), "an inbox signs with a key, and `keys` does not say where the public half is")
            .help
            .push(String::from("`signpost inbox keys new` makes a key; then write `keys = \"board-keys.json\"`"));
    }
    let allowed_origins = fields.texts("allowed_origins");
    let allowed_origins = allowed_origins.into_iter().filter(|origin| is_origin(fields, origin)).map(|origin| origin.value).collect();
    let address = |fields: &mut Fields<'_>, key: &'static str| {
        let address = fields.text(key)?;
        if !is_address(&address.value) {
            fields.report("address", address.span.clone(), format!("`{}` is not a mail address", address.value));
        }
        Some(address.value)
    };
    let mail_from = address(fields, "mail_from");
    let mars_mailbox = address(fields, "mars_mailbox");
    let mut trusted_proxies = Vec::new();
    for proxy in fields.texts("trusted_proxies") {
        match proxy.value.parse() {
            Ok(proxy) => trusted_proxies.push(proxy),
            Err(_) => {
                fields.report("proxy", proxy.span, format!("`{}` is not an IP address", proxy.value));
            }
        }
    }
    InboxConfig {
        origin,
        allowed_origins,
        keys,
        mail_from,
        smtp: fields.text("smtp").map(|smtp| smtp.value),
        mars_mailbox,
        auto_issue: fields.boolean_or("auto_issue", true),
        lapse_days: lapse_days(fields),
        trusted_proxies,
        limits: fields.table("limits", "[inbox.limits]", inbox_limits).unwrap_or_default(),
    }
}

fn lapse_days(fields: &mut Fields<'_>) -> i64 {
    let Some(days) = fields.integer("lapse_days") else { return LAPSE_DAYS };
    if !(1..=3_650).contains(&days.value) {
        fields.report("limit", days.span, "`lapse_days` must be from 1 to 3650");
        return LAPSE_DAYS;
    }
    days.value
}

fn inbox_limits(fields: &mut Fields<'_>) -> InboxLimits {
    let usual = InboxLimits::default();
    let mut limit = |key: &'static str, usual: i64| {
        let Some(limit) = fields.integer(key) else { return usual };
        if limit.value < 1 {
            fields.report("limit", limit.span, format!("`{key}` must be 1 or more"));
            return usual;
        }
        limit.value
    };
    InboxLimits {
        mails_to_learner: limit("mails_to_learner", usual.mails_to_learner),
        mails_to_confirmer: limit("mails_to_confirmer", usual.mails_to_confirmer),
        mails_in_all: limit("mails_in_all", usual.mails_in_all),
        requests_per_minute: limit("requests_per_minute", usual.requests_per_minute),
    }
}

/// An origin is spelt in one way only, since it is compared byte by byte with what a browser sends and a record says.
fn is_origin(fields: &mut Fields<'_>, origin: &Placed<String>) -> bool {
    let written = &origin.value;
    let is_sound = base_url(written).is_ok_and(|address| address == *written)
        && origin_of(written) == written
        && written.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase())
        && !written.contains('@')
        && !(written.starts_with("https:") && written.ends_with(":443"))
        && !(written.starts_with("http:") && written.ends_with(":80"));
    if !is_sound {
        fields.report("origin", origin.span.clone(), format!("`{written}` is not an origin")).help.push(String::from(
            "write scheme and host in small letters as browsers do, as in `https://inbox.example`: no slash at its end, no usual port",
        ));
    }
    is_sound
}

fn checked_theme(fields: &mut Fields<'_>, name: Placed<String>) -> Placed<String> {
    let is_folder_name =
        !name.value.is_empty() && name.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !is_folder_name {
        fields.report("theme", name.span.clone(), "a theme's name is that of a folder below `themes/`");
    }
    name
}

fn check(fields: &mut Fields<'_>) -> CheckConfig {
    let mut errors = Vec::new();
    for code in fields.texts("errors") {
        match WARNINGS.iter().find(|known| **known == code.value) {
            Some(known) => errors.push(*known),
            None => {
                let near = crate::diagnostics::suggestion(&code.value, WARNINGS);
                let help =
                    near.map_or_else(|| format!("use {}", crate::diagnostics::one_of(WARNINGS)), |near| format!("did you mean `{near}`?"));
                fields.report("check", code.span, format!("`{}` is not the code of a warning", code.value)).help.push(help);
            }
        }
    }
    CheckConfig { errors, abbreviations: fields.texts("abbreviations").into_iter().map(|word| word.value).collect() }
}

fn required_keys(fields: &mut Fields<'_>) -> Vec<&'static str> {
    let mut keys = Vec::new();
    for written in fields.texts("required") {
        match OPTIONAL_FRONT_MATTER.iter().find(|key| **key == written.value) {
            Some(key) => keys.push(*key),
            None => unknown_required(fields, written),
        }
    }
    keys
}

fn unknown_required(fields: &mut Fields<'_>, written: Placed<String>) {
    let known = crate::diagnostics::one_of(OPTIONAL_FRONT_MATTER);
    let span: Span = written.span;
    fields.report("required", span, format!("`{}` is not a key that a site can require", written.value)).help.push(format!("use {known}"));
}
