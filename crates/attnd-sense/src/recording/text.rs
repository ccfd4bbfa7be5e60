//! Which characters are these bytes? UTF-8 comes out, whatever encoding went in.
//!
//! A byte order mark decides at once. Without one a file is plain ASCII until its first other byte; from there on it is
//! UTF-8 if what follows is, and the source's legacy encoding otherwise. Bytes that are no character become U+FFFD.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, UTF_8};

const CHUNK_BYTES: usize = 64 << 10;

/// Text as UTF-8.
pub(super) struct Text<R> {
    inner: R,
    legacy: &'static Encoding,
    mode: Mode,
    /// Bytes that were read and not decoded yet.
    raw: Vec<u8>,
    /// UTF-8 that was not handed out yet, and how much of it was.
    ready: Vec<u8>,
    handed: usize,
    end: End,
    /// What the source failed with, once what came before is handed out.
    fault: Option<io::Error>,
}

enum Mode {
    /// Nothing read yet.
    Start,
    /// Only ASCII so far.
    Ascii,
    /// Decided.
    Decoding(Box<Decoder>),
}

#[derive(PartialEq)]
enum End {
    NotYet,
    Reached,
}

impl<R: Read> Text<R> {
    /// Text in UTF-8, UTF-16 with a mark, or `legacy`.
    pub(super) fn new(inner: R, legacy: &'static Encoding) -> Self {
        Self {
            inner,
            legacy,
            mode: Mode::Start,
            raw: Vec::new(),
            ready: Vec::new(),
            handed: 0,
            end: End::NotYet,
            fault: None,
        }
    }

    /// Reads until there is a whole chunk, or the end.
    fn fill(&mut self) {
        let mut chunk = [0; 8 << 10];
        while self.raw.len() < CHUNK_BYTES && self.end == End::NotYet && self.fault.is_none() {
            match self.inner.read(&mut chunk) {
                Ok(0) => self.end = End::Reached,
                Ok(count) => self.raw.extend_from_slice(&chunk[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.fault = Some(error),
            }
        }
    }

    fn decode_chunk(&mut self) {
        self.fill();
        if matches!(self.mode, Mode::Start) {
            self.mode = match Encoding::for_bom(&self.raw) {
                Some((encoding, mark_bytes)) => {
                    self.raw.drain(..mark_bytes);
                    Mode::Decoding(Box::new(encoding.new_decoder_without_bom_handling()))
                }
                None => Mode::Ascii,
            };
        }
        if matches!(self.mode, Mode::Ascii) {
            let ascii = Encoding::ascii_valid_up_to(&self.raw);
            self.ready.extend(self.raw.drain(..ascii));
            if self.raw.is_empty() {
                return;
            }
            // The text after the first other byte decides: as much of it as one chunk holds.
            self.fill();
            let encoding = if is_utf8(&self.raw) { UTF_8 } else { self.legacy };
            self.mode = Mode::Decoding(Box::new(encoding.new_decoder_without_bom_handling()));
        }
        if let Mode::Decoding(decoder) = &mut self.mode {
            let last = self.end == End::Reached;
            let room = decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(CHUNK_BYTES * 4);
            let before = self.ready.len();
            self.ready.resize(before + room, 0);
            let (_, read, written, _) = decoder.decode_to_utf8(&self.raw, &mut self.ready[before..], last);
            self.ready.truncate(before + written);
            self.raw.drain(..read);
        }
    }
}

/// Whether text is UTF-8 but for a few broken characters, or for the cut at its end.
fn is_utf8(bytes: &[u8]) -> bool {
    let (mut characters, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        characters += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    let cut_only = std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
    broken == 0 || cut_only || characters > 16 * broken
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.handed == self.ready.len() {
            self.ready.clear();
            self.handed = 0;
            let raw_bytes = self.raw.len();
            if raw_bytes == 0 && self.end == End::Reached {
                return Ok(0);
            }
            self.decode_chunk();
            if self.ready.is_empty()
                && self.raw.len() == raw_bytes
                && let Some(fault) = self.fault.take()
            {
                // Half a character before the fault is dropped with it.
                self.raw.clear();
                self.end = End::Reached;
                return Err(fault);
            }
        }
        let left = &self.ready[self.handed..];
        let count = left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&left[..count]);
        self.handed += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{EUC_KR, WINDOWS_1252};
    use proptest::prelude::*;

    use super::*;

    fn decoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        Text::new(bytes, EUC_KR).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn cp949_and_utf_8_and_utf_16_say_the_same() {
        let text = format!("{}p2,강의실,수업,똠방각하\n", "pid,location\n".repeat(20_000));
        let (cp949, _, unmapped) = EUC_KR.encode(&text);
        assert!(!unmapped);
        let utf_16: Vec<u8> =
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(text.as_bytes()), text);
        assert_eq!(decoded(&cp949), text);
        assert_eq!(decoded(&utf_16), text);
        assert_eq!(decoded(format!("\u{feff}{text}").as_bytes()), text);
    }

    #[test]
    fn half_a_character_at_the_end_costs_no_other() {
        let text = "음악 변경";
        for cut in 0..text.len() {
            let decoded = decoded(&text.as_bytes()[..cut]);
            let whole = decoded.trim_end_matches('\u{fffd}');
            assert!(text.starts_with(whole) && decoded.len() - whole.len() <= 3, "{cut}: {decoded}");
        }
    }

    #[test]
    fn one_broken_character_does_not_change_the_encoding() {
        let mut bytes = "휴식 ".repeat(50).into_bytes();
        bytes[300] = 0xff;
        assert!((1..=3).contains(&decoded(&bytes).matches('\u{fffd}').count()));
        assert!(decoded(&bytes).starts_with("휴식 휴식"));
        assert!(decoded(&bytes).ends_with("휴식 "));
    }

    #[test]
    fn a_fault_of_the_disk_comes_after_what_was_whole() {
        struct Broken(usize);
        impl Read for Broken {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if self.0 == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                self.0 -= 1;
                buffer[..3].copy_from_slice(b"ab\n");
                Ok(3)
            }
        }
        let mut text = Vec::new();
        let error = Text::new(Broken(5), WINDOWS_1252).read_to_end(&mut text).unwrap_err();
        assert_eq!((text.len(), error.kind()), (15, io::ErrorKind::UnexpectedEof));
    }

    proptest! {
        #[test]
        fn any_bytes_become_text(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = decoded(&bytes);
        }

        #[test]
        fn utf_8_is_left_alone(text in "\\PC{0,300}") {
            prop_assume!(!text.starts_with('\u{feff}'));
            prop_assert_eq!(decoded(text.as_bytes()), text);
        }
    }
}
