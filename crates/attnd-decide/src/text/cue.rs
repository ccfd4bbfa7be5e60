//! Which words of a small list has a text? Phrases of scripts with and without spaces, found in folded text.

use super::fold::{Folded, PieceKind};

/// A phrase, folded as texts are (lower case, no apostrophes), and what it weighs in log-odds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cue {
    /// The phrase.
    pub phrase: &'static str,
    /// What it adds to the log-odds.
    pub weight: f64,
}

/// A text made ready for looking up phrases.
#[derive(Clone, Debug, Default)]
pub struct CueReader {
    folded: Folded,
    /// Words with one space before and after each, runs without spaces as they are.
    line: String,
}

impl CueReader {
    /// Reads a text in place of the one before.
    pub fn read(&mut self, text: &str) {
        self.folded.fold(text);
        self.line.clear();
        self.line.push(' ');
        for &piece in self.folded.pieces() {
            self.line.extend(self.folded.of(piece));
            self.line.push(' ');
        }
    }

    /// The cues the text has, each once, and the words before each phrase's first place.
    pub fn cues<'a>(&'a self, list: &'a [Cue]) -> impl Iterator<Item = (Cue, &'a str)> {
        list.iter().filter_map(|&cue| self.find(cue.phrase).map(|at| (cue, &self.line[..at])))
    }

    /// How many pieces are that sign.
    #[must_use]
    pub fn signs(&self, sign: char) -> usize {
        let pieces = self.folded.pieces().iter();
        pieces.filter(|piece| piece.kind == PieceKind::Sign && self.folded.of(**piece) == [sign]).count()
    }

    fn find(&self, phrase: &str) -> Option<usize> {
        if !phrase.is_ascii() {
            return self.line.find(phrase);
        }
        let bounded = |at: &usize| {
            let after = self.line.as_bytes().get(at + phrase.len());
            self.line.as_bytes()[at - 1] == b' ' && after == Some(&b' ')
        };
        self.line.match_indices(phrase).map(|(at, _)| at).filter(|&at| at > 0).find(bounded)
    }
}

/// What a classifier of rules says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleCard {
    /// What it tells.
    pub tells: &'static str,
    /// What it was measured on.
    pub measured: &'static str,
    /// What it is not for.
    pub not_for: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_and_runs_are_not() {
        let list = [Cue { phrase: "now", weight: 1.0 }, Cue { phrase: "马上", weight: 1.0 }];
        let mut reader = CueReader::default();
        let mut found = |text: &str| {
            reader.read(text);
            reader.cues(&list).map(|(cue, _)| cue.phrase).collect::<Vec<_>>()
        };
        assert_eq!(found("Right NOW!"), ["now"]);
        assert_eq!(found("it snowed, I know"), Vec::<&str>::new());
        assert_eq!(found("请马上回复"), ["马上"]);
        assert_eq!(found(""), Vec::<&str>::new());
    }
}
