//! What does a text property of X11 say? UTF-8, Latin-1 and the part of COMPOUND_TEXT that titles
//! use.

/// How a property's bytes are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// `UTF8_STRING`, and `STRING`, which is ISO 8859-1 but in which many programs put UTF-8.
    /// Text beyond ASCII that is valid UTF-8 is hardly ever anything else.
    Utf8OrLatin1,
    /// `COMPOUND_TEXT`: ISO 2022 with X's extensions.
    Compound,
}

/// The bytes as text, without control characters and without what follows a zero byte.
pub(super) fn decode(bytes: &[u8], encoding: Encoding) -> String {
    let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    let text = match encoding {
        Encoding::Utf8OrLatin1 => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            // Cut in the middle of a sign by the limit on a title's length, or Latin-1.
            Err(error) if error.error_len().is_none() => {
                String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into()
            }
            Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
        },
        Encoding::Compound => compound(bytes),
    };
    text.chars().filter(|character| !character.is_control()).collect()
}

/// Compound Text Encoding, X Consortium standard, version 1.1: it begins with ASCII left and
/// Latin-1 right; `ESC % G` … `ESC % @` holds UTF-8. Characters of any other set are replaced, one
/// sign each run, rather than shown wrongly.
fn compound(bytes: &[u8]) -> String {
    const ESCAPE: u8 = 0x1b;
    let mut text = String::new();
    let mut rest = bytes;
    let mut sets = Sets { left: Set::Readable, right: Set::Readable };
    while let Some(&byte) = rest.first() {
        if let Some(utf8) = rest.strip_prefix(b"\x1b%G") {
            let end = utf8.windows(3).position(|window| window == b"\x1b%@").unwrap_or(utf8.len());
            text.push_str(&String::from_utf8_lossy(&utf8[..end]));
            rest = utf8.get(end + 3..).unwrap_or_default();
        } else if byte == ESCAPE {
            rest = sets.switch(rest);
        } else {
            match if byte < 0x80 { sets.left } else { sets.right } {
                Set::Readable => text.push(char::from(byte)),
                Set::Foreign if text.ends_with(char::REPLACEMENT_CHARACTER) => {}
                Set::Foreign => text.push(char::REPLACEMENT_CHARACTER),
            }
            rest = &rest[1..];
        }
    }
    text
}

struct Sets {
    left: Set,
    right: Set,
}

#[derive(Clone, Copy)]
enum Set {
    Readable,
    Foreign,
}

impl Sets {
    /// Obeys one escape sequence and returns what follows it.
    fn switch<'a>(&mut self, sequence: &'a [u8]) -> &'a [u8] {
        let intermediates = sequence[1..].iter().take_while(|byte| (0x20..0x30).contains(*byte)).count();
        let (body, rest) = sequence[1..].split_at((intermediates + 1).min(sequence.len() - 1));
        match body {
            b"(B" => self.left = Set::Readable,
            b"-A" => self.right = Set::Readable,
            [b'(', _] | [b'$', b'(', _] => self.left = Set::Foreign,
            [b')' | b'-', _] | [b'$', b')', _] => self.right = Set::Foreign,
            _ => {}
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_read_as_it_is_meant() {
        assert_eq!(decode("Zürich – 笔记".as_bytes(), Encoding::Utf8OrLatin1), "Zürich – 笔记");
        assert_eq!(decode(b"Z\xfcrich\0Instance", Encoding::Utf8OrLatin1), "Zürich");
        assert_eq!(decode("cut 笔".as_bytes().split_last().unwrap().1, Encoding::Utf8OrLatin1), "cut ");
        assert_eq!(decode(b"two\nlines\x07", Encoding::Utf8OrLatin1), "twolines");
    }

    #[test]
    fn compound_text_mixes_sets() {
        assert_eq!(decode(b"plain \xe9", Encoding::Compound), "plain é");
        let utf8 = [b"a \x1b%G", "笔记".as_bytes(), b"\x1b%@ b"].concat();
        assert_eq!(decode(&utf8, Encoding::Compound), "a 笔记 b");
        assert_eq!(decode(b"\x1b-A\xfc \x1b$(A1JJG\x1b(B end", Encoding::Compound), "ü \u{fffd} end");
    }

    #[test]
    fn no_bytes_make_it_stumble() {
        for cut in 0..8 {
            let _ = decode(&b"a\x1b$)C\x1b%G"[..cut], Encoding::Compound);
        }
        assert_eq!(decode(b"\x1b", Encoding::Compound), "");
    }
}
