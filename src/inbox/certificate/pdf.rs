//! The page as a tagged PDF.
//!
//! In: one certificate. Out: the bytes of a PDF/UA-1 file with the signed text attached, the same bytes each time. It
//! decides no places ([`layout`] does) and no letters ([`fonts`](super::fonts) does). A file that would break the rules of
//! PDF/UA is an error, never a file.

use super::Certificate;
use super::layout::{self, Area, Block, Check, Colour, Fact, PAGE_HEIGHT, PAGE_WIDTH, Page, Square};
use super::qr::{self, QrCode};
use anyhow::{Context, Result, anyhow};
use jiff::{Timestamp, tz::Offset};
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::{luma, rgb};
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Quadrilateral, Rect, Transform};
use krilla::metadata::{DateTime, Metadata, TextDirection as ReadingDirection};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Paint};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, BBox, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree};
use krilla::text::TextDirection;
use krilla::{Document, SerializeSettings};
use std::num::NonZeroU16;

const LANGUAGE: &str = "en-GB";

/// Name of the attachment.
const ATTACHMENT: &str = "certificate.jws";

/// The certificate as a PDF file.
///
/// The signed text is attached uncompressed: its bytes stand in the file once, in one piece. A letter that no font has is
/// printed as “?”, only so that a file comes out; ask [`can_draw`](super::can_draw) first and let a person decide.
///
/// An error when the link is too long for a QR code, the texts for a page, or `issued_at` is out of all calendars.
pub fn pdf(certificate: &Certificate) -> Result<Vec<u8>> {
    let code = qr::encode(&certificate.verify_link)?;
    let page = layout::arrange(certificate, &code)?;
    let issued_at = file_date(certificate.issued_at)?;

    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = configuration.map_err(|error| anyhow!("PDF/UA-1 cannot be asked for: {error:?}"))?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });

    document.set_metadata(metadata(certificate, issued_at));
    document.set_outline(outline(&page));
    let tags = draw(&mut document, certificate, &page, &code);
    document.set_tag_tree(tags);
    document.embed_file(attachment(certificate, issued_at)).context("the file would have two attachments of one name")?;
    document.finish().map_err(|error| anyhow!("the certificate does not keep the rules of PDF/UA-1: {error:?}"))
}

fn metadata(certificate: &Certificate, issued_at: DateTime) -> Metadata {
    Metadata::new()
        .title(format!("Certificate of completion: {}, {}", certificate.name, certificate.workbook_title))
        .authors(vec![certificate.board.clone()])
        .creator("Signpost".to_owned())
        .document_id(certificate.number.clone())
        .language(LANGUAGE.to_owned())
        .text_direction(ReadingDirection::LeftToRight)
        .creation_date(issued_at)
}

/// The file's own date: the time of issue in UTC, so that nothing depends on a clock.
fn file_date(issued_at: i64) -> Result<DateTime> {
    let time = Timestamp::from_second(issued_at).context("the time of issue is out of range")?;
    let time = Offset::UTC.to_datetime(time);
    let part = |value: i8| value.unsigned_abs();
    let year = u16::try_from(time.year()).context("the year of issue is out of range")?;
    Ok(DateTime::new(year)
        .month(part(time.month()))
        .day(part(time.day()))
        .hour(part(time.hour()))
        .minute(part(time.minute()))
        .second(part(time.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0))
}

fn attachment(certificate: &Certificate, issued_at: DateTime) -> EmbeddedFile {
    EmbeddedFile {
        path: ATTACHMENT.to_owned(),
        mime_type: MimeType::new("application/jose"),
        description: Some("The signed certificate. Whoever checks this file reads this text, not the page.".to_owned()),
        association_kind: AssociationKind::Source,
        data: certificate.jws.clone().into_bytes().into(),
        modification_date: Some(issued_at),
        // Compressed, it could not be found by searching the bytes of the file.
        compress: Some(false),
        location: None,
    }
}

fn outline(page: &Page) -> Outline {
    let mut outline = Outline::new();
    for (title, block) in [("Certificate of completion", &page.heading), ("How to check this certificate", &page.check_heading)] {
        let place = Point::from_xy(block.area.left, block.area.top);
        outline.push_child(OutlineNode::new(title.to_owned(), XyzDestination::new(0, place)));
    }
    outline
}

/// Draws the page and returns its structure, in reading order.
fn draw(document: &mut Document, certificate: &Certificate, page: &Page, code: &QrCode) -> TagTree {
    let Page { heading, statement, facts, issuer, check_heading, check, counts, code: square, ornaments } = page;
    let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).expect("A4 has a width and a height");
    let mut sheet = document.start_page_with(settings);
    let mut surface = sheet.surface();
    let mut tags = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));

    for &(area, colour) in ornaments {
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        fill(&mut surface, paint(colour));
        draw_area(&mut surface, area);
        surface.end_tagged();
    }
    tags.push(TagGroup::with_children(heading_tag(1, "Certificate of completion"), lines(&mut surface, heading)));
    for block in statement {
        tags.push(TagGroup::with_children(Tag::P, lines(&mut surface, block)));
    }
    let mut table = TagGroup::new(Tag::Table.with_summary(Some("What was completed where, and when it was confirmed".to_owned())));
    for Fact { label, value } in facts {
        let label = TagGroup::with_children(Tag::TH(TableHeaderScope::Row), lines(&mut surface, label));
        let value = TagGroup::with_children(Tag::TD, lines(&mut surface, value));
        table.push(TagGroup::with_children(Tag::TR, vec![label.into(), value.into()]));
    }
    tags.push(table);
    tags.push(TagGroup::with_children(Tag::P, lines(&mut surface, issuer)));

    tags.push(TagGroup::with_children(heading_tag(2, "How to check this certificate"), lines(&mut surface, check_heading)));
    let Check { before, address, after } = check;
    let mut how = TagGroup::with_children(Tag::P, lines(&mut surface, before));
    let mut link = TagGroup::with_children(Tag::Link, lines(&mut surface, address));
    let after = lines(&mut surface, after);
    let counts = TagGroup::with_children(Tag::P, lines(&mut surface, counts));
    let figure = draw_code(&mut surface, square, code);
    surface.finish();

    let verify_address = certificate.verify_address();
    link.push(sheet.add_tagged_annotation(link_annotation(address, &verify_address)));
    sheet.finish();
    how.push(link);
    after.into_iter().for_each(|node| how.push(node));
    tags.push(how);
    tags.push(counts);

    let alternative = format!("QR code. It opens {verify_address} with this certificate.");
    let figure_tag = Tag::Figure(Some(alternative)).with_bbox(Some(BBox::new(0, rectangle(square.area))));
    tags.push(TagGroup::with_children(figure_tag, vec![figure.into()]));
    tags
}

fn heading_tag(level: u16, title: &str) -> Tag<krilla::tagging::kind::Hn> {
    Tag::Hn(NonZeroU16::new(level).expect("headings count from one"), Some(title.to_owned()))
}

/// Draws the lines of a block, each as one piece of content.
fn lines(surface: &mut Surface, block: &Block) -> Vec<Node> {
    fill(surface, paint(block.colour));
    block
        .lines
        .iter()
        .map(|line| {
            let identifier = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            let mut left = line.left;
            for run in &line.runs {
                let start = Point::from_xy(left, line.baseline);
                // Never from right to left: no font of ours has a script that is written so.
                surface.draw_text(start, run.face.font(), block.size, &run.text, false, TextDirection::LeftToRight);
                left += run.width * block.size;
            }
            surface.end_tagged();
            identifier.into()
        })
        .collect()
}

fn draw_code(surface: &mut Surface, square: &Square, code: &QrCode) -> Identifier {
    let mut path = PathBuilder::new();
    for outline in code.outlines() {
        for (i, (x, y)) in outline.into_iter().enumerate() {
            if i == 0 {
                path.move_to(x as f32, y as f32);
            } else {
                path.line_to(x as f32, y as f32);
            }
        }
        path.close();
    }
    let path = path.finish().expect("a QR code has dark modules");
    let identifier = surface.start_tagged(ContentTag::Other);
    // Black, not ink: a printer makes any other colour of dots, and dots blur the edges of small modules.
    fill(surface, luma::Color::black().into());
    // The outlines count in modules, which keeps their numbers whole and the file small.
    let Area { left, top, .. } = square.area;
    surface.push_transform(&Transform::from_row(square.module, 0.0, 0.0, square.module, left, top));
    surface.draw_path(&path);
    surface.pop();
    surface.end_tagged();
    identifier
}

fn link_annotation(address: &Block, verify_address: &str) -> Annotation {
    let lines = address.lines.iter().map(|line| Quadrilateral::from(rectangle(line.area))).collect();
    let target = Target::Action(Action::from(LinkAction::new(verify_address.to_owned())));
    Annotation::new_link(LinkAnnotation::new_with_quad_points(lines, target), Some(format!("Check this certificate at {verify_address}")))
}

fn draw_area(surface: &mut Surface, area: Area) {
    let mut path = PathBuilder::new();
    path.push_rect(rectangle(area));
    surface.draw_path(&path.finish().expect("a bar has a size"));
}

fn rectangle(area: Area) -> Rect {
    Rect::from_ltrb(area.left, area.top, area.right(), area.bottom()).expect("areas have a width and a height")
}

fn fill(surface: &mut Surface, paint: Paint) {
    surface.set_fill(Some(Fill { paint, opacity: NormalizedF32::ONE, rule: FillRule::NonZero }));
}

fn paint(Colour(red, green, blue): Colour) -> Paint {
    rgb::Color::new(red, green, blue).into()
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn count(bytes: &[u8], part: &[u8]) -> usize {
        bytes.windows(part.len()).filter(|window| *window == part).count()
    }

    #[test]
    fn the_same_certificate_gives_the_same_bytes() {
        for certificate in [samples::usual(), samples::longest()] {
            assert!(pdf(&certificate).unwrap() == pdf(&certificate.clone()).unwrap());
        }
    }

    #[test]
    fn the_signed_text_is_in_the_file_once_and_in_one_piece() {
        for certificate in [samples::usual(), samples::longest(), samples::widest()] {
            let bytes = pdf(&certificate).unwrap();
            assert_eq!(count(&bytes, certificate.jws.as_bytes()), 1);
            // Nor is there half of it elsewhere, as a link would have it.
            assert_eq!(count(&bytes, &certificate.jws.as_bytes()[..60]), 1);
        }
    }

    #[test]
    fn the_file_says_that_it_is_tagged_and_in_which_language() {
        let bytes = pdf(&samples::usual()).unwrap();
        for part in ["(en-GB)", "/Marked true", "/DisplayDocTitle true", "pdfuaid:part", "(certificate.jws)", "/Alt(QR code."] {
            assert!(count(&bytes, part.as_bytes()) > 0, "{part}");
        }
    }

    #[test]
    fn a_letter_without_a_font_stops_nothing() {
        let mut certificate = samples::usual();
        certificate.name = "王小明 محمد 😀\u{301}".to_owned();
        certificate.agency = "\u{200d}".to_owned();
        assert!(pdf(&certificate).is_ok());
    }

    #[test]
    fn a_link_that_no_code_holds_is_an_error() {
        let mut certificate = samples::usual();
        certificate.verify_link = format!("https://earlyhelp.example/verify/#c={}", samples::jws(2_400));
        assert!(pdf(&certificate).unwrap_err().to_string().contains("version 40"));
    }

    #[test]
    fn times_out_of_all_calendars_are_errors() {
        let mut certificate = samples::usual();
        certificate.issued_at = i64::MAX;
        assert!(pdf(&certificate).is_err());
    }
}
