//! Which pages are due to be read again.

use jiff::civil::Date;

use crate::diagnostics::Diagnostic;
use crate::site::Site;

/// Warns about every page whose review date has passed. A page due today is not overdue.
pub fn overdue(site: &Site, today: Date) -> Vec<Diagnostic> {
    due_before(site, today)
        .map(|(due, page)| {
            Diagnostic::warning("review/overdue", due, format!("the review of “{}” was due on {}", page.0, page.1))
                .with_help(format!("ask {} to review it, then move `reviewed` and `review_due` on", page.2))
        })
        .collect()
}

/// Warns about every page that comes due within a number of days, today's and the last day's included.
pub fn due_within(site: &Site, today: Date, days: u32) -> Vec<Diagnostic> {
    let last = today.saturating_add(jiff::Span::new().days(i64::from(days)));
    let after_last = last.tomorrow().unwrap_or(last);
    due_before(site, after_last)
        .filter(|(_, page)| page.1 >= today)
        .map(|(due, page)| {
            Diagnostic::warning("review/due", due, format!("the review of “{}” is due on {}, by {}", page.0, page.1, page.2))
        })
        .collect()
}

fn due_before(site: &Site, day: Date) -> impl Iterator<Item = (crate::diagnostics::Span, (&str, Date, &str))> {
    site.pages.values().filter_map(move |page| {
        let due = page.front_matter.review_due.as_ref().filter(|due| due.value < day)?;
        let owner = if page.front_matter.owner.is_empty() { "its owner" } else { &page.front_matter.owner };
        Some((due.span.clone(), (page.front_matter.title.value.as_str(), due.value, owner)))
    })
}
