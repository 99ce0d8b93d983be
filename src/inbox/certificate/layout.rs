//! Where everything stands on the page.
//!
//! In: the facts and the QR code. Out: blocks of lines with their places, in points from the top left of an A4 page. It
//! draws nothing and knows nothing of PDF. Long texts are first set smaller, then broken, then the whole page is set closer;
//! nothing goes under 9 points, and what does not fit even then is an error.

use super::Certificate;
use super::fonts::{Face, Run, Text};
use super::qr::{QUIET_MODULES, QrCode};
use anyhow::{Context, Result};
use jiff::civil::Date;
use std::ops::Range;

const MM: f32 = 72.0 / 25.4;
pub const PAGE_WIDTH: f32 = 210.0 * MM;
pub const PAGE_HEIGHT: f32 = 297.0 * MM;
const SIDE_MARGIN: f32 = 22.0 * MM;
const TOP_MARGIN: f32 = 24.0 * MM;
const BOTTOM_MARGIN: f32 = 20.0 * MM;
const MEASURE: f32 = PAGE_WIDTH - 2.0 * SIDE_MARGIN;
const LABEL_WIDTH: f32 = 44.0 * MM;

/// Widths are sums of the letters' own; kerning can move them apart by about one part in a hundred.
const KERNING: f32 = 0.98;

/// From line to line, in parts of the type size. Vietnamese capitals carry two marks, which reach far above the letter.
const LEADING: f32 = 1.34;
/// From the top of a line to the feet of its letters.
const ASCENT: f32 = 1.02;

/// A colour as red, green and blue. The values are those of the theme's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

const INK: Colour = Colour(0x1e, 0x2a, 0x2e);
const MUTED: Colour = Colour(0x4a, 0x58, 0x5c);
const BRAND: Colour = Colour(0x0f, 0x52, 0x57);
const LINK: Colour = Colour(0x0b, 0x55, 0x63);
const RULE: Colour = Colour(0xd8, 0xd5, 0xcb);

/// The page, in reading order.
pub struct Page {
    pub heading: Block,
    /// “This is to confirm that”, the name, “has completed the e-workbook”, its title.
    pub statement: [Block; 4],
    pub facts: Vec<Fact>,
    pub issuer: Block,
    pub check_heading: Block,
    pub check: Check,
    pub counts: Block,
    pub code: Square,
    /// Lines and bars between the parts; nothing is lost without them.
    pub ornaments: Vec<(Area, Colour)>,
}

/// One row of the facts.
pub struct Fact {
    pub label: Block,
    pub value: Block,
}

/// How to check, with the address in the middle on lines of its own.
pub struct Check {
    pub before: Block,
    pub address: Block,
    pub after: Block,
}

/// Lines of one size and colour.
pub struct Block {
    pub lines: Vec<Line>,
    pub size: f32,
    pub colour: Colour,
    pub area: Area,
}

pub struct Line {
    pub left: f32,
    pub baseline: f32,
    pub area: Area,
    pub runs: Vec<Run>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
}

impl Area {
    pub fn right(&self) -> f32 {
        self.left + self.width
    }

    pub fn bottom(&self) -> f32 {
        self.top + self.height
    }
}

/// The dark and light modules of the QR code, the quiet zone not counted.
pub struct Square {
    pub area: Area,
    pub module: f32,
}

/// Sizes of type and the spaces between parts, in points.
struct Sizes {
    heading: f32,
    /// Tried in this order until the name fits on one line; the last is also for names of several lines.
    name: &'static [f32],
    title: f32,
    text: f32,
    /// Between the parts of the page; within a part it is a third of this.
    gap: f32,
}

/// Roomy first. Most certificates have the first.
const SIZES: [Sizes; 3] = [
    Sizes { heading: 28.0, name: &[36.0, 32.0, 28.0, 24.0], title: 18.0, text: 11.5, gap: 30.0 },
    Sizes { heading: 24.0, name: &[22.0, 20.0], title: 14.0, text: 10.5, gap: 18.0 },
    Sizes { heading: 20.0, name: &[16.0], title: 11.0, text: 9.0, gap: 10.0 },
];

/// Places everything. An error when it does not fit on the page.
pub fn arrange(certificate: &Certificate, code: &QrCode) -> Result<Page> {
    SIZES
        .iter()
        .find_map(|sizes| arrange_in(sizes, certificate, code))
        .context("the title, the names and the facts are too long for one page, even in the smallest type")
}

fn arrange_in(sizes: &Sizes, certificate: &Certificate, code: &QrCode) -> Option<Page> {
    let Sizes { heading, name, title, text, gap } = *sizes;
    let mut ornaments = vec![(Area { left: SIDE_MARGIN, top: TOP_MARGIN, width: 18.0 * MM, height: 4.0 }, BRAND)];

    let mut column = Column { left: SIDE_MARGIN, width: MEASURE, y: TOP_MARGIN + 4.0 + gap / 3.0 };
    let heading = column.set("Certificate of completion", Face::Bold, heading, BRAND);
    column.y += gap;
    let lead = column.set("This is to confirm that", Face::Regular, text, MUTED);
    column.y += gap / 6.0;
    let name = column.set_name(&certificate.name, name);
    column.y += gap / 3.0;
    let completed = column.set("has completed the e-workbook", Face::Regular, text, MUTED);
    column.y += gap / 10.0;
    let title = column.set_balanced(&certificate.workbook_title, Face::Bold, title, INK);
    column.y += gap;

    let expires = certificate.expires_on.map(written_out);
    let rows = [
        ("Agency", Some(certificate.agency.clone())),
        ("Job title", Some(certificate.job_title.clone())),
        ("Date confirmed", Some(written_out(certificate.confirmed_on))),
        ("Certificate number", Some(certificate.number.clone())),
        ("Valid until", expires),
    ];
    let mut facts = Vec::new();
    for (label, value) in rows {
        let Some(value) = value else { continue };
        ornaments.push((column.rule(), RULE));
        let mut labels = Column { left: column.left, width: LABEL_WIDTH, y: column.y + gap / 6.0 };
        let mut values = Column { left: column.left + LABEL_WIDTH, width: MEASURE - LABEL_WIDTH, y: labels.y };
        let fact =
            Fact { label: labels.set(label, Face::Regular, text, MUTED), value: values.set_balanced(&value, Face::Regular, text, INK) };
        column.y = labels.y.max(values.y) + gap / 6.0;
        facts.push(fact);
    }
    ornaments.push((column.rule(), RULE));
    column.y += gap * 2.0 / 3.0;
    let board = certificate.board.strip_prefix("the ").or_else(|| certificate.board.strip_prefix("The ")).unwrap_or(&certificate.board);
    let issuer = column.set(&format!("Issued on behalf of the {board}"), Face::Regular, text, INK);

    // The code stands at the foot of the page, its dark edge on the right margin: the quiet zone reaches into white paper.
    let module = code.module_mm() * MM;
    let side = module * code.n_modules() as f32;
    let quiet = module * QUIET_MODULES as f32;
    let area = Area { left: PAGE_WIDTH - SIDE_MARGIN - side, top: PAGE_HEIGHT - BOTTOM_MARGIN - side, width: side, height: side };
    let top = area.top - (quiet + 2.0).max(gap / 2.0);
    ornaments.push((Area { left: SIDE_MARGIN, top, width: MEASURE, height: 0.75 }, BRAND));

    let mut beside = Column { left: SIDE_MARGIN, width: area.left - quiet - 4.0 * MM - SIDE_MARGIN, y: area.top - 4.0 };
    let check_heading = beside.set("How to check this certificate", Face::Bold, text + 1.5, BRAND);
    beside.y += gap / 4.0;
    // One sentence on lines of its own: the spaces keep its words apart for whoever hears it read.
    let check = Check {
        before: beside.set("Scan, or go to ", Face::Regular, text, INK),
        address: beside.set(&format!("{} ", certificate.verify_address()), Face::Regular, text, LINK),
        after: beside.set("and choose this file.", Face::Regular, text, INK),
    };
    beside.y += gap / 3.0;
    let counts = beside.set_balanced("What the check shows counts, not the paper.", Face::Regular, text, INK);

    let fits = column.y + gap / 2.0 <= top && beside.y <= area.bottom() + BOTTOM_MARGIN / 2.0;
    fits.then_some(Page {
        heading,
        statement: [lead, name, completed, title],
        facts,
        issuer,
        check_heading,
        check,
        counts,
        code: Square { area, module },
        ornaments,
    })
}

/// “25 November 2026”.
fn written_out(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// A column that is filled from the top.
struct Column {
    left: f32,
    width: f32,
    y: f32,
}

impl Column {
    fn set(&mut self, text: &str, face: Face, size: f32, colour: Colour) -> Block {
        let text = Text::new(text, face);
        let lines = break_lines(&text, KERNING * self.width / size);
        self.place(&text, lines, size, colour)
    }

    /// As [`Column::set`], with lines of about the same length: one short word alone on the last line looks forgotten.
    fn set_balanced(&mut self, text: &str, face: Face, size: f32, colour: Colour) -> Block {
        let text = Text::new(text, face);
        let lines = balance_lines(&text, KERNING * self.width / size);
        self.place(&text, lines, size, colour)
    }

    fn set_name(&mut self, name: &str, sizes: &[f32]) -> Block {
        let text = Text::new(name, Face::Regular);
        let one_line = sizes.iter().find(|&&size| break_lines(&text, KERNING * self.width / size).len() == 1);
        let size = *one_line.or(sizes.last()).expect("every table of sizes has one for the name");
        let lines = balance_lines(&text, KERNING * self.width / size);
        self.place(&text, lines, size, INK)
    }

    fn place(&mut self, text: &Text, lines: Vec<Range<usize>>, size: f32, colour: Colour) -> Block {
        let top = self.y;
        let lines: Vec<Line> = lines
            .into_iter()
            .map(|range| {
                let width = width_without_end_spaces(text, range.clone()) * size;
                let area = Area { left: self.left, top: self.y, width, height: LEADING * size };
                self.y += area.height;
                Line { left: self.left, baseline: area.top + ASCENT * size, area, runs: text.runs(range) }
            })
            .collect();
        let width = lines.iter().map(|line| line.area.width).fold(0.0, f32::max);
        Block { lines, size, colour, area: Area { left: self.left, top, width, height: self.y - top } }
    }

    fn rule(&self) -> Area {
        Area { left: self.left, top: self.y, width: self.width, height: 0.75 }
    }
}

/// Lines of at most `width`, in parts of the type size. The space at which a line was broken stays at its end: it takes no
/// room, and whoever copies the text or hears it read gets two words, not one.
///
/// Broken after a space or a hyphen. Where a line has no space, after a sign of a web address rather than a hyphen, which
/// may look added; failing that, anywhere but before a mark.
fn break_lines(text: &Text, width: f32) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let (mut filled, mut at_space, mut at_hyphen, mut in_address) = (0.0, None, None, None);
        let mut end = start;
        while end < text.len() {
            let letter = text.letter(end);
            filled += text.advance(end);
            if filled > width && letter != ' ' && end > start && !text.is_mark(end) {
                break;
            }
            end += 1;
            match letter {
                ' ' => at_space = Some(end),
                '-' | '–' | '—' => at_hyphen = Some(end),
                '/' if end < text.len() && text.letter(end) == '/' => {}
                '/' | '.' | '_' | '?' | '=' | '&' => in_address = Some(end),
                _ => {}
            }
        }
        if end < text.len() {
            end = if at_space.is_some() { at_space.max(at_hyphen) } else { in_address.or(at_hyphen) }.unwrap_or(end);
        }
        lines.push(start..end);
        start = end;
    }
    lines
}

/// As many lines as [`break_lines`] gives, in the narrowest column that needs no more.
fn balance_lines(text: &Text, width: f32) -> Vec<Range<usize>> {
    let lines = break_lines(text, width);
    let narrower = (50..100).step_by(2).map(|percent| break_lines(text, width * percent as f32 / 100.0));
    narrower.into_iter().find(|narrow| narrow.len() == lines.len()).unwrap_or(lines)
}

fn width_without_end_spaces(text: &Text, range: Range<usize>) -> f32 {
    let end = range.clone().rev().find(|&index| text.letter(index) != ' ').map_or(range.start, |index| index + 1);
    (range.start..end).map(|index| text.advance(index)).sum()
}

#[cfg(test)]
mod tests {
    use super::super::{qr, samples};
    use super::*;

    fn page(certificate: &Certificate) -> Page {
        arrange(certificate, &qr::encode(&certificate.verify_link).unwrap()).unwrap()
    }

    fn blocks(page: &Page) -> Vec<&Block> {
        let mut blocks = vec![&page.heading];
        blocks.extend(&page.statement);
        blocks.extend(page.facts.iter().flat_map(|fact| [&fact.label, &fact.value]));
        blocks.extend([&page.issuer, &page.check_heading, &page.check.before, &page.check.address, &page.check.after, &page.counts]);
        blocks
    }

    fn overlap(a: Area, b: Area) -> bool {
        let tolerance = 0.01;
        a.left < b.right() - tolerance && b.left < a.right() - tolerance && a.top < b.bottom() - tolerance && b.top < a.bottom() - tolerance
    }

    fn words(block: &Block) -> String {
        block.lines.iter().flat_map(|line| &line.runs).map(|run| run.text.as_str()).collect()
    }

    #[test]
    fn nothing_overlaps_or_leaves_the_page() {
        for certificate in [samples::usual(), samples::longest(), samples::widest()] {
            let page = page(&certificate);
            let quiet = page.code.module * QUIET_MODULES as f32;
            let code = page.code.area;
            let with_quiet =
                Area { left: code.left - quiet, top: code.top - quiet, width: code.width + 2.0 * quiet, height: code.height + 2.0 * quiet };
            assert!(with_quiet.right() <= PAGE_WIDTH && with_quiet.bottom() <= PAGE_HEIGHT);

            let mut areas: Vec<Area> = blocks(&page).iter().map(|block| block.area).collect();
            areas.extend(page.ornaments.iter().map(|(area, _)| *area));
            for (i, &area) in areas.iter().enumerate() {
                assert!(area.left >= SIDE_MARGIN && area.right() <= PAGE_WIDTH - SIDE_MARGIN + 0.01, "{area:?}");
                assert!(area.top >= TOP_MARGIN && area.bottom() <= PAGE_HEIGHT - BOTTOM_MARGIN / 2.0, "{area:?}");
                assert!(!overlap(area, with_quiet), "{area:?} is in the quiet zone of the code");
                for &other in &areas[i + 1..] {
                    assert!(!overlap(area, other), "{area:?} and {other:?}");
                }
            }
            assert!(blocks(&page).iter().all(|block| block.size >= 9.0));
        }
    }

    #[test]
    fn every_word_is_printed() {
        let certificate = samples::longest();
        let page = page(&certificate);
        assert_eq!(words(&page.statement[1]), certificate.name);
        assert_eq!(words(&page.statement[3]), certificate.workbook_title);
        let facts: Vec<String> = page.facts.iter().map(|fact| words(&fact.value)).collect();
        let expected = [&certificate.agency, &certificate.job_title, "25 November 2026", &certificate.number, "25 November 2029"];
        assert_eq!(facts, expected);
        assert_eq!(words(&page.issuer), "Issued on behalf of the Children’s MARS Board");
        assert_eq!(words(&page.check.address).trim_end(), certificate.verify_address());
    }

    #[test]
    fn an_ordinary_name_has_one_line_and_large_type() {
        let page = page(&samples::usual());
        assert_eq!((page.statement[1].lines.len(), page.statement[1].size), (1, 36.0));
    }

    #[test]
    fn a_title_longer_than_a_page_is_an_error_that_says_so() {
        let mut certificate = samples::usual();
        certificate.workbook_title = "Early Help awareness ".repeat(300);
        let error = arrange(&certificate, &qr::encode(&certificate.verify_link).unwrap()).err().unwrap();
        assert!(error.to_string().contains("too long for one page"), "{error}");
    }

    #[test]
    fn lines_break_at_words_then_in_addresses_then_anywhere_but_before_a_mark() {
        let check = |text: &str, width: f32, expected: &[&str]| {
            let text = Text::new(text, Face::Regular);
            let lines: Vec<String> =
                break_lines(&text, width).into_iter().map(|range| range.map(|index| text.letter(index)).collect()).collect();
            assert_eq!(lines, expected);
        };
        check("Anna Maria Smith", 6.0, &["Anna Maria ", "Smith"]);
        check("Smith-Jones", 4.0, &["Smith-", "Jones"]);
        check("early-help.example/verify/", 7.0, &["early-help.", "example/verify/"]);
        check("https://help", 4.0, &["https://", "help"]);
        check("MMMM", 1.9, &["MM", "MM"]);
        check("M\u{301}M\u{301}M\u{301}", 0.5, &["M\u{301}", "M\u{301}", "M\u{301}"]);
    }
}
