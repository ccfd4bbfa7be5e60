//! What are the words of a query?

use super::error::{Position, QueryError, QueryErrorKind};
use super::number::Number;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word<'a> {
    Name(&'a str),
    Number(Number),
    Text(String),
    /// One of `( ) [ ] { } , : ; = + - * / %`.
    Symbol(char),
    /// `==`
    Equal,
    /// The end of the query.
    End,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) word: Word<'a>,
    pub(super) position: Position,
}

impl std::fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => write!(f, "'{name}'"),
            Self::Number(_) => f.write_str("a number"),
            Self::Text(_) => f.write_str("a string"),
            Self::Symbol(symbol) => write!(f, "'{symbol}'"),
            Self::Equal => f.write_str("'=='"),
            Self::End => f.write_str("the end of the query"),
        }
    }
}

/// Reads a query word by word.
pub(super) struct Lexer<'a> {
    rest: &'a str,
    position: Position,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(source: &'a str) -> Self {
        Self { rest: source, position: Position { line: 1, column: 1 } }
    }

    /// Where the last word ended.
    pub(super) const fn position(&self) -> Position {
        self.position
    }

    /// The next word; [`Word::End`] again and again at the end.
    pub(super) fn next(&mut self) -> Result<Token<'a>, QueryError> {
        self.skip_blank();
        let position = self.position;
        let Some(first) = self.rest.chars().next() else {
            return Ok(Token { word: Word::End, position });
        };
        let word = match first {
            '"' | '\'' => Word::Text(self.text(first)?),
            '0'..='9' => Word::Number(self.number()?),
            '_' => Word::Name(self.name()),
            letter if letter.is_alphabetic() => Word::Name(self.name()),
            '=' if self.rest.starts_with("==") => {
                self.take(2);
                Word::Equal
            }
            '(' | ')' | '[' | ']' | '{' | '}' | ',' | ':' | ';' | '=' | '+' | '-' | '*' | '/' | '%' => {
                self.take(1);
                Word::Symbol(first)
            }
            other => {
                let shown = other.escape_debug();
                return Err(parse_error(format!("'{shown}' has no meaning here"), position));
            }
        };
        Ok(Token { word, position })
    }

    /// Skips white space and comments.
    fn skip_blank(&mut self) {
        loop {
            let text = self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            self.take(self.rest.len() - text.len());
            if !text.starts_with('#') {
                return;
            }
            self.take(text.find('\n').unwrap_or(text.len()));
        }
    }

    /// A quoted string. Only `\` before the quote is an escape, so a regular expression's
    /// backslashes are its own.
    fn text(&mut self, quote: char) -> Result<String, QueryError> {
        let start = self.position;
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1).peekable();
        while let Some((index, c)) = chars.next() {
            if c == quote {
                self.take(index + c.len_utf8());
                return Ok(text);
            }
            let escaped = c == '\\' && chars.peek().is_some_and(|(_, next)| *next == quote);
            if escaped {
                chars.next();
                text.push(quote);
            } else {
                text.push(c);
            }
        }
        Err(parse_error(format!("the string that begins here has no closing {quote}"), start))
    }

    /// Digits, perhaps with a fraction and an exponent.
    fn number(&mut self) -> Result<Number, QueryError> {
        let start = self.position;
        let mut length = digits(self.rest);
        if self.rest[length..].starts_with('.') {
            length += 1 + digits(&self.rest[length + 1..]);
        }
        if self.rest[length..].starts_with(['e', 'E']) {
            let sign = usize::from(self.rest[length + 1..].starts_with(['+', '-']));
            let exponent = digits(&self.rest[length + 1 + sign..]);
            if exponent > 0 {
                length += 1 + sign + exponent;
            }
        }
        let number = self.take(length);
        let glued = self.rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
        Number::parse(number)
            .filter(|_| !glued)
            .ok_or_else(|| parse_error("this is not a number; write it like 5 or 2.5", start))
    }

    fn name(&mut self) -> &'a str {
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(self.rest.len());
        self.take(end)
    }

    /// Moves on by `bytes`, which end between characters.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        for c in taken.chars() {
            if c == '\n' {
                self.position = Position { line: self.position.line + 1, column: 1 };
            } else {
                self.position.column += 1;
            }
        }
        self.rest = rest;
        taken
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

pub(super) fn parse_error(message: impl Into<String>, position: Position) -> QueryError {
    QueryError::new(QueryErrorKind::Parse, message, position)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Result<Vec<Word<'_>>, QueryError> {
        let mut lexer = Lexer::new(source);
        let mut words = Vec::new();
        loop {
            match lexer.next()?.word {
                Word::End => return Ok(words),
                word => words.push(word),
            }
        }
    }

    #[test]
    fn only_the_quote_is_escaped() {
        assert_eq!(words(r#""a\"b\w\\d""#).unwrap(), [Word::Text(r#"a"b\w\\d"#.to_owned())]);
        assert_eq!(words(r"'it\'s # no comment'").unwrap(), [Word::Text("it's # no comment".to_owned())]);
        assert_eq!(words(r#""it's""#).unwrap(), [Word::Text("it's".to_owned())]);
        assert_eq!(words(r#"  "open"#).unwrap_err().column, 3);
    }

    #[test]
    fn numbers_are_whole_or_real() {
        assert_eq!(
            words("1 2.5 1e3 3.").unwrap(),
            [
                Word::Number(Number::Whole(1)),
                Word::Number(Number::Real(2.5)),
                Word::Number(Number::Real(1000.0)),
                Word::Number(Number::Real(3.0)),
            ]
        );
        for bad in ["1.2.3", "1a", "1e999", "5_0"] {
            assert!(words(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn comments_and_blanks_are_skipped_and_counted() {
        let mut lexer = Lexer::new("# note\n\t名字 == x");
        let name = lexer.next().unwrap();
        assert_eq!(name, Token { word: Word::Name("名字"), position: Position { line: 2, column: 2 } });
        assert_eq!(lexer.next().unwrap().position, Position { line: 2, column: 5 });
        assert_eq!(words("a=b=={").unwrap().len(), 5);
        assert!(words("a ? b").unwrap_err().message.contains("'?'"));
    }
}
