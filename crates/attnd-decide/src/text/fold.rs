//! Which words and characters has a text, whatever script it is in and however it was typed?
//!
//! Letters are lower-cased, full-width forms become plain ones, apostrophes and invisible joiners vanish ("What's" is
//! `whats`), and every emoji, currency sign or mark that carries tone stands alone. Chinese and Japanese need no
//! dictionary: a run of their characters is kept as one piece that is read character by character.

use super::ngram::MOST_CHARACTERS;

/// What a piece of text is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// Letters and digits of a script that puts spaces between its words.
    Word,
    /// Characters of a script without spaces: Han, Hiragana, Katakana.
    Run,
    /// One sign that stands alone: an emoji, a currency, `?` or `!`.
    Sign,
}

/// One piece: where it lies in [`Folded::characters`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its first character.
    pub start: usize,
    /// The place after its last character.
    pub end: usize,
    /// What it is made of.
    pub kind: PieceKind,
}

/// One folded text; its memory serves the next text too.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    characters: Vec<char>,
    pieces: Vec<Piece>,
}

/// What one character does to the piece it follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Run,
    Sign,
    Break,
    Nothing,
}

/// The classes of the first 128 characters.
const ASCII: [Class; 128] = ascii_classes();

const fn ascii_classes() -> [Class; 128] {
    let mut classes = [Class::Break; 128];
    let mut code = 0;
    while code < 128 {
        let character = code as u8;
        if character.is_ascii_alphanumeric() {
            classes[code] = Class::Word;
        }
        if matches!(character, b'?' | b'!' | b'$' | b'%') {
            classes[code] = Class::Sign;
        }
        if character == b'\'' {
            classes[code] = Class::Nothing;
        }
        code += 1;
    }
    classes
}

impl Folded {
    /// Folds one text in place of the one before.
    pub fn fold(&mut self, text: &str) {
        self.characters.clear();
        self.pieces.clear();
        let mut open = None;
        for character in text.chars().take(MOST_CHARACTERS) {
            let character = plain(character);
            match class(character) {
                Class::Nothing => {}
                Class::Break => self.close(&mut open),
                Class::Sign => {
                    self.close(&mut open);
                    open = Some((self.characters.len(), PieceKind::Sign));
                    self.characters.push(character);
                    self.close(&mut open);
                }
                Class::Word => self.extend(&mut open, PieceKind::Word, character),
                Class::Run => self.extend(&mut open, PieceKind::Run, character),
            }
        }
        self.close(&mut open);
    }

    /// The folded characters of all pieces, one after the other.
    #[must_use]
    pub fn characters(&self) -> &[char] {
        &self.characters
    }

    /// The pieces in their order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The characters of one piece.
    #[must_use]
    pub fn of(&self, piece: Piece) -> &[char] {
        &self.characters[piece.start..piece.end]
    }

    fn extend(&mut self, open: &mut Option<(usize, PieceKind)>, kind: PieceKind, character: char) {
        if open.is_some_and(|(_, of)| of != kind) {
            self.close(open);
        }
        if open.is_none() {
            *open = Some((self.characters.len(), kind));
        }
        if character.is_ascii() {
            self.characters.push(character.to_ascii_lowercase());
        } else if kind == PieceKind::Run {
            self.characters.push(character);
        } else {
            self.characters.extend(character.to_lowercase());
        }
    }

    fn close(&mut self, open: &mut Option<(usize, PieceKind)>) {
        if let Some((start, kind)) = open.take() {
            self.pieces.push(Piece { start, end: self.characters.len(), kind });
        }
    }
}

/// The plain form of a character that only looks different: full-width letters, digits and marks, and curly apostrophes.
/// The part of Unicode's compatibility folding (UAX 15, NFKC) that keyboards produce.
fn plain(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(character as u32 - 0xFEE0).unwrap_or(character),
        '\u{2018}' | '\u{2019}' | '\u{02BC}' => '\'',
        '\u{3000}' | '\u{00A0}' => ' ',
        _ => character,
    }
}

fn class(character: char) -> Class {
    let code = character as u32;
    if code < 128 {
        return ASCII[code as usize];
    }
    match code {
        // Han, Hiragana, Katakana, Bopomofo and the iteration mark.
        0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x3041..=0x30FA | 0x30FC..=0x30FF | 0x3005 | 0x3105..=0x312F => {
            Class::Run
        }
        0xF900..=0xFAFF | 0xFF66..=0xFF9F | 0x20000..=0x3FFFF => Class::Run,
        // Soft hyphen, joiners, marks of direction, variation selectors, skin tones, tags: they change no word.
        0x00AD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF => Class::Nothing,
        0xFE00..=0xFE0F | 0x1F3FB..=0x1F3FF | 0xE0000..=0xE01EF => Class::Nothing,
        // Combining accents, and Indic vowel killers, which are no letters to Unicode but part of the word.
        0x0300..=0x036F => Class::Word,
        0x0900..=0x0DFF if code != 0x0964 && code != 0x0965 => Class::Word,
        0x20A0..=0x20CF | 0x00A3 | 0x00A5 | 0x00A2 => Class::Sign,
        0x2190..=0x2BFF | 0x1F000..=0x1FAFF if !character.is_alphanumeric() => Class::Sign,
        _ if character.is_alphanumeric() => Class::Word,
        _ => Class::Break,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pieces(text: &str) -> Vec<String> {
        let mut folded = Folded::default();
        folded.fold(text);
        folded.pieces().iter().map(|&piece| folded.of(piece).iter().collect()).collect()
    }

    #[test]
    fn words_signs_and_runs_are_told_apart() {
        assert_eq!(pieces("What's the RATE for £5?"), ["whats", "the", "rate", "for", "£", "5", "?"]);
        assert_eq!(pieces("开会 at３点，好吗？"), ["开会", "at3", "点", "好吗", "?"]);
        assert_eq!(pieces("done👍🏽👍 — ok"), ["done", "👍", "👍", "ok"]);
        assert_eq!(pieces("ÄRGER Straße ΣΊΣΥΦΟΣ"), ["ärger", "straße", "σίσυφοσ"]);
        assert_eq!(pieces("हिन्दी में।"), ["हिन्दी", "में"]);
        assert_eq!(pieces(" \n\t—…"), Vec::<String>::new());
    }

    #[test]
    fn the_next_text_starts_from_nothing() {
        let mut folded = Folded::default();
        folded.fold("one two");
        folded.fold("three");
        assert_eq!(folded.pieces().len(), 1);
        assert_eq!(folded.characters().len(), 5);
    }

    proptest! {
        #[test]
        fn folding_what_was_folded_changes_nothing(text in "\\PC{0,60}") {
            let once = pieces(&text);
            let twice = pieces(&once.join(" "));
            prop_assert_eq!(once, twice);
        }

        #[test]
        fn pieces_cover_all_characters_in_order(text in "\\PC{0,60}") {
            let mut folded = Folded::default();
            folded.fold(&text);
            let mut at = 0;
            for piece in folded.pieces() {
                prop_assert_eq!(piece.start, at);
                prop_assert!(piece.end > piece.start);
                at = piece.end;
            }
            prop_assert_eq!(at, folded.characters().len());
        }
    }
}
