//! Which letters the certificate can print, and in which font.
//!
//! In: a text as someone typed it. Out: whether every letter of it can be drawn; its letters, each with the font that draws it
//! and its width; runs of one font. It breaks no lines and places nothing, and it draws no script that runs from right to
//! left or needs joining: neither font has one.
//!
//! Atkinson Hyperlegible Next comes first, drawn for readers with low vision. Noto Sans, cut to Latin, Greek and Cyrillic,
//! draws what the first lacks: Vietnamese, Yoruba, Greek, Ukrainian.

use krilla::text::Font;
use std::ops::Range;
use std::sync::LazyLock;

const REGULAR: &[u8] = include_bytes!("../../../themes/signpost/fonts/AtkinsonHyperlegibleNext-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../themes/signpost/fonts/AtkinsonHyperlegibleNext-Bold.ttf");
const SECOND: &[u8] = include_bytes!("../../../themes/signpost/fonts/NotoSans-Regular-cut.ttf");

/// One of the fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    Regular,
    Bold,
    /// For letters that the first two lack. Has no bold of its own.
    Second,
}

struct Loaded {
    tables: ttf_parser::Face<'static>,
    font: Font,
}

// Parsed once for the process, not once for every text.
static FONTS: LazyLock<[Loaded; 3]> = LazyLock::new(|| {
    [REGULAR, BOLD, SECOND].map(|bytes| Loaded {
        tables: ttf_parser::Face::parse(bytes, 0).expect("the theme's fonts can be read"),
        font: Font::new(bytes.into(), 0).expect("the theme's fonts can be embedded"),
    })
});

impl Face {
    /// The font to draw with.
    pub fn font(self) -> Font {
        self.loaded().font.clone()
    }

    fn loaded(self) -> &'static Loaded {
        &FONTS[self as usize]
    }

    fn draws(self, letters: &[char]) -> bool {
        letters.iter().all(|&letter| self.loaded().tables.glyph_index(letter).is_some())
    }

    /// Width in parts of the type size, without kerning.
    fn advance(self, letter: char) -> f32 {
        let tables = &self.loaded().tables;
        let units = tables.glyph_index(letter).and_then(|glyph| tables.glyph_hor_advance(glyph));
        f32::from(units.unwrap_or(0)) / f32::from(tables.units_per_em())
    }
}

/// Whether the fonts have every letter of `text`. A record with a name that they do not have goes to a human check: nothing is
/// refused because of it.
pub fn can_draw(text: &str) -> bool {
    clusters(text).iter().all(|cluster| face_for(cluster, Face::Regular).is_some())
}

/// A text ready to be set: only letters that the fonts have.
pub struct Text {
    letters: Vec<Letter>,
}

#[derive(Clone, Copy)]
struct Letter {
    letter: char,
    face: Face,
    advance: f32,
}

/// Letters that follow one another in one font.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub face: Face,
    pub text: String,
    /// In parts of the type size.
    pub width: f32,
}

impl Text {
    /// Prepares a text; `first` is the font to try first, and [`Face::Second`] follows. A letter that neither has becomes “?”:
    /// a file is better than none, and [`can_draw`] has told the caller before. A text without any letter becomes “?” as well,
    /// so that no place on the page is empty.
    ///
    /// One font draws the whole text where it can: a name in two fonts looks like a misprint.
    pub fn new(text: &str, first: Face) -> Self {
        let mut clusters = clusters(text);
        if clusters.is_empty() {
            clusters.push(vec!['?']);
        }
        for cluster in &mut clusters {
            if face_for(cluster, first).is_none() {
                *cluster = vec!['?'];
            }
        }
        let whole = [first, Face::Second].into_iter().find(|face| clusters.iter().all(|cluster| face.draws(cluster)));
        let letters = clusters
            .iter()
            .flat_map(|cluster| {
                let face = whole.or_else(|| face_for(cluster, first)).expect("what no font draws has become a question mark");
                cluster.iter().map(move |&letter| {
                    let advance = if is_mark(letter) { 0.0 } else { face.advance(letter) };
                    Letter { letter, face, advance }
                })
            })
            .collect();
        Text { letters }
    }

    pub fn len(&self) -> usize {
        self.letters.len()
    }

    pub fn letter(&self, index: usize) -> char {
        self.letters[index].letter
    }

    /// Whether the letter is a mark on the one before it, from which no line break may part it.
    pub fn is_mark(&self, index: usize) -> bool {
        is_mark(self.letters[index].letter)
    }

    /// Width of one letter in parts of the type size.
    pub fn advance(&self, index: usize) -> f32 {
        self.letters[index].advance
    }

    pub fn runs(&self, range: Range<usize>) -> Vec<Run> {
        let one_run = |letters: &[Letter]| Run {
            face: letters[0].face,
            text: letters.iter().map(|letter| letter.letter).collect(),
            width: letters.iter().map(|letter| letter.advance).sum(),
        };
        self.letters[range].chunk_by(|a, b| a.face == b.face).map(one_run).collect()
    }
}

/// The text as letters with their marks, which must come from one font. Any white space is a plain space; joiners and other
/// signs without a shape are left out, since none of our scripts needs them and not every font has them.
fn clusters(text: &str) -> Vec<Vec<char>> {
    let mut clusters: Vec<Vec<char>> = Vec::new();
    for letter in text.chars().filter(|&letter| !is_shapeless(letter)) {
        let letter = if letter.is_whitespace() || letter.is_control() { ' ' } else { letter };
        match clusters.last_mut() {
            Some(cluster) if is_mark(letter) => cluster.push(letter),
            _ => clusters.push(vec![letter]),
        }
    }
    clusters
}

fn face_for(cluster: &[char], first: Face) -> Option<Face> {
    [first, Face::Second].into_iter().find(|face| face.draws(cluster))
}

fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

fn is_shapeless(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faces(text: &str) -> Vec<(Face, String)> {
        let text = Text::new(text, Face::Regular);
        text.runs(0..text.len()).into_iter().map(|run| (run.face, run.text)).collect()
    }

    #[test]
    fn names_of_european_and_vietnamese_communities_can_be_drawn() {
        assert!(can_draw("Zoë Ŵyn Łukasz Nguyễn Ξένια Олена"));
        assert!(
            can_draw("O’Neill-Ștefănescu, Ọláyínká Ẹ̀kọ́; Şükrü & Ħal: Žemaitė"),
            "Irish, Romanian, Yoruba, Turkish, Maltese, Lithuanian"
        );
        assert!(can_draw("Nguye\u{302}\u{303}n"), "decomposed");
        assert!(can_draw(""));
    }

    #[test]
    fn other_scripts_cannot() {
        for name in ["محمد", "王小明", "রহিম", "שרה", "अनिता", "Anna 王", "Zoë 😀"] {
            assert!(!can_draw(name), "{name}");
        }
    }

    #[test]
    fn joiners_do_not_count_as_letters() {
        assert!(can_draw("Ann\u{200d}a\u{200c}"));
        assert_eq!(faces("Ann\u{200d}a"), [(Face::Regular, "Anna".to_owned())]);
    }

    #[test]
    fn one_font_draws_a_whole_text_where_it_can() {
        assert_eq!(faces("Zoë Ŵyn"), [(Face::Regular, "Zoë Ŵyn".to_owned())]);
        assert_eq!(faces("Nguyễn Anna"), [(Face::Second, "Nguyễn Anna".to_owned())]);
    }

    #[test]
    fn a_letter_with_its_marks_stays_in_one_font() {
        // ∞ is in the first font only, ẹ̀ in the second only.
        let runs = faces("a∞ẹ\u{300}b");
        assert_eq!(runs, [(Face::Regular, "a∞".to_owned()), (Face::Second, "ẹ\u{300}".to_owned()), (Face::Regular, "b".to_owned())]);
    }

    #[test]
    fn what_no_font_has_becomes_a_question_mark() {
        assert_eq!(faces("王 Anna\u{20dd}"), [(Face::Regular, "? Ann?".to_owned())]);
    }

    #[test]
    fn widths_are_parts_of_the_type_size() {
        let text = Text::new("e\u{301}m", Face::Regular);
        let width: f32 = (0..text.len()).map(|i| text.advance(i)).sum();
        assert!((1.0..2.0).contains(&width), "{width}");
    }
}
