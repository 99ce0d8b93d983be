//! Words to small numbers, in the order in which they first come.
//!
//! A site of 10,000 pages has six million words of which some thousands differ. The standard maps are not for this: one
//! has an order that changes from run to run, the other compares fourteen strings to find one.

/// A set of words, each known by the number it got when it first came.
#[derive(Debug, Default)]
pub struct Words {
    text: String,
    /// End of each word in `text`; it starts where the one before ends.
    ends: Vec<u32>,
    /// Open addressing, a power of two long: number + 1, or 0 where nothing is.
    slots: Vec<u32>,
}

impl Words {
    /// Takes room for so many words at once.
    pub fn with_room(n: usize) -> Self {
        let slots = vec![0; (4 * n).next_power_of_two().max(256)];
        Self { text: String::with_capacity(8 * n), ends: Vec::with_capacity(n), slots }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, number: usize) -> &str {
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.text[start as usize..self.ends[number] as usize]
    }

    /// The word's number, a new one if the word is new.
    pub fn number(&mut self, word: &str) -> usize {
        if self.slots.len() < 2 * (self.len() + 1) {
            self.grow();
        }
        match self.find(word) {
            Ok(number) => number,
            Err(slot) => {
                self.text.push_str(word);
                self.ends.push(u32::try_from(self.text.len()).expect("the words of a site are less than 4 GB"));
                self.slots[slot] = u32::try_from(self.len()).expect("a site has less than 4 billion words");
                self.len() - 1
            }
        }
    }

    /// Lets go of what only [`Words::number`] needs.
    pub fn close(&mut self) {
        self.slots = Vec::new();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    fn find(&self, word: &str) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = hash(word) & mask;
        loop {
            match self.slots[slot] {
                0 => return Err(slot),
                entry if self.get(entry as usize - 1) == word => return Ok(entry as usize - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        self.slots = vec![0; (4 * (self.len() + 1)).next_power_of_two().max(256)];
        for number in 0..self.len() {
            let slot = self.find(self.get(number)).expect_err("each word stands once in the text");
            self.slots[slot] = u32::try_from(number + 1).expect("a site has less than 4 billion words");
        }
    }
}

/// Eight bytes at a time: most words are one step. Nobody gains by making them collide.
fn hash(word: &str) -> usize {
    let mut hash: u64 = 0;
    for bytes in word.as_bytes().chunks(8) {
        let mut eight = [0; 8];
        eight[..bytes.len()].copy_from_slice(bytes);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(eight)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    usize::try_from(hash >> 32).expect("32 bits fit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_keeps_its_first_number() {
        let mut words = Words::default();
        let numbers: Vec<usize> = (0..2_000).map(|n| words.number(&format!("w{}", n % 1_000))).collect();
        assert!((0..2_000).all(|n| numbers[n] == n % 1_000));
        assert_eq!((words.len(), words.get(0), words.get(999)), (1_000, "w0", "w999"));
    }
}
