//! A link to the modules of a QR code, and those to outlines that can be filled.
//!
//! In: the link. Out: a square of dark and light modules, its size on paper, and the dark parts as closed outlines in whole
//! modules. It draws nothing and knows no page. Byte mode and error level M always, the smallest version that fits: links
//! have small letters and signs, for which the denser modes have no code.

use anyhow::{Result, bail};
use fast_qr::{ECL, Mode, QRBuilder};

/// Light modules that must stay around the code (ISO/IEC 18004), on each side.
pub const QUIET_MODULES: usize = 4;

/// What version 40 holds at level M in byte mode.
const MAX_BYTES: usize = 2_331;

/// A module is never smaller than this: what an office printer and a telephone's camera still manage between them.
const MIN_MODULE_MM: f32 = 0.5;

/// A code of few modules is drawn as large as this, which is easy to aim at.
const USUAL_SIDE_MM: f32 = 45.0;

/// A QR code.
pub struct QrCode {
    n_modules: usize,
    /// Row by row, `n_modules` each; true is dark.
    dark: Vec<bool>,
}

/// The smallest QR code of level M that holds `link`. An error when even version 40 does not hold it.
pub fn encode(link: &str) -> Result<QrCode> {
    if link.len() > MAX_BYTES {
        bail!(
            "the link to check the certificate has {} bytes, and the largest QR code (version 40, level M) holds {MAX_BYTES}",
            link.len()
        );
    }
    let code = QRBuilder::new(link).mode(Mode::Byte).ecl(ECL::M).build()?;
    let dark = code.data[..code.size * code.size].iter().map(|module| module.value()).collect();
    Ok(QrCode { n_modules: code.size, dark })
}

impl QrCode {
    /// Modules along a side, the quiet zone not counted: 17 + 4 × version.
    pub fn n_modules(&self) -> usize {
        self.n_modules
    }

    /// The side of one module on paper.
    pub fn module_mm(&self) -> f32 {
        (USUAL_SIDE_MM / self.n_modules as f32).max(MIN_MODULE_MM)
    }

    /// The dark parts as closed outlines, corner by corner, in modules from the top left; dark lies on the right of the way.
    /// Rectangles laid side by side would show hairlines of paper between them in some viewers; one outline has no seams.
    pub fn outlines(&self) -> Vec<Vec<(usize, usize)>> {
        let mut ways = self.edges();
        let width = self.n_modules + 1;
        let mut outlines = Vec::new();
        // The first point in reading order that still has a way leading from it is the top left corner of an outline.
        for start in 0..ways.len() {
            while let Some(first) = Way::ALL.into_iter().find(|way| ways[start] & way.bit() != 0) {
                let (mut point, mut way) = (start, first);
                let mut outline = vec![(start % width, start / width)];
                loop {
                    ways[point] &= !way.bit();
                    point = way.next(point, width);
                    if point == start {
                        break;
                    }
                    // Where two dark modules touch only at a corner, turning right keeps to the same one.
                    let onward = [way.right(), way, way.left()].into_iter().find(|way| ways[point] & way.bit() != 0);
                    let onward = onward.expect("as many edges leave a point as lead to it");
                    if onward != way {
                        outline.push((point % width, point / width));
                    }
                    way = onward;
                }
                outlines.push(outline);
            }
        }
        outlines
    }

    /// For each point of the grid the ways that edges between dark and light lead from it, clockwise around the dark.
    fn edges(&self) -> Vec<u8> {
        let n = self.n_modules;
        let width = n + 1;
        let mut ways = vec![0; width * width];
        for row in 0..n {
            for column in 0..n {
                if !self.dark[row * n + column] {
                    continue;
                }
                let top_left = row * width + column;
                if row == 0 || !self.dark[(row - 1) * n + column] {
                    ways[top_left] |= Way::East.bit();
                }
                if column + 1 == n || !self.dark[row * n + column + 1] {
                    ways[top_left + 1] |= Way::South.bit();
                }
                if row + 1 == n || !self.dark[(row + 1) * n + column] {
                    ways[top_left + width + 1] |= Way::West.bit();
                }
                if column == 0 || !self.dark[row * n + column - 1] {
                    ways[top_left + width] |= Way::North.bit();
                }
            }
        }
        ways
    }
}

/// A way along the grid.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    East,
    South,
    West,
    North,
}

impl Way {
    const ALL: [Way; 4] = [Way::East, Way::South, Way::West, Way::North];

    fn bit(self) -> u8 {
        1 << self as u8
    }

    fn right(self) -> Way {
        Way::ALL[(self as usize + 1) % 4]
    }

    fn left(self) -> Way {
        Way::ALL[(self as usize + 3) % 4]
    }

    fn next(self, point: usize, width: usize) -> usize {
        match self {
            Way::East => point + 1,
            Way::South => point + width,
            Way::West => point - 1,
            Way::North => point - width,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(n_bytes: usize) -> usize {
        (encode(&"a".repeat(n_bytes)).unwrap().n_modules() - 17) / 4
    }

    #[test]
    fn the_smallest_version_that_fits_is_taken() {
        // Capacities of byte mode at level M, ISO/IEC 18004 table 7.
        for (n_bytes, expected) in [(14, 1), (15, 2), (180, 9), (181, 10), (504, 17), (505, 18), (666, 20), (667, 21), (2_331, 40)] {
            assert_eq!(version(n_bytes), expected, "{n_bytes} bytes");
        }
    }

    #[test]
    fn a_link_too_long_for_version_40_is_an_error_that_says_so() {
        let error = encode(&"a".repeat(2_332)).err().unwrap().to_string();
        assert!(error.contains("2332 bytes") && error.contains("version 40"), "{error}");
    }

    #[test]
    fn modules_are_never_under_half_a_millimetre() {
        assert_eq!(encode("a").unwrap().module_mm(), 45.0 / 21.0);
        assert_eq!(encode(&"a".repeat(504)).unwrap().module_mm(), 45.0 / 85.0);
        assert_eq!(encode(&"a".repeat(2_331)).unwrap().module_mm(), 0.5);
    }

    /// Fills the outlines again, row by row, by counting the edges to the left of each module.
    #[test]
    fn the_outlines_enclose_just_the_dark_modules() {
        for n_bytes in [1, 100, 700, 2_331] {
            let code = encode(&"https://earlyhelp.example/verify/#c=".chars().cycle().take(n_bytes).collect::<String>()).unwrap();
            let n = code.n_modules();
            let mut crossed = vec![false; n * (n + 1)];
            for outline in code.outlines() {
                for (i, &(x, y)) in outline.iter().enumerate() {
                    let (next_x, next_y) = outline[(i + 1) % outline.len()];
                    assert!((x == next_x) != (y == next_y), "an edge is level or upright");
                    for row in y.min(next_y)..y.max(next_y) {
                        crossed[row * (n + 1) + x] ^= true;
                    }
                }
            }
            for row in 0..n {
                let mut inside = false;
                for column in 0..n {
                    inside ^= crossed[row * (n + 1) + column];
                    assert_eq!(inside, code.dark[row * n + column], "row {row}, column {column}");
                }
            }
        }
    }
}
