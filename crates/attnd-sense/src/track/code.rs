//! How is an hour of visits written? Varints: about eight bytes a visit.
//!
//! ```text
//! version 1
//! names       count, then length and UTF-8 of each
//! categories  count, then parts of each: count, names
//! windows     count, then digest (8 bytes), application, category, project + 1 or 0, site + 1 or 0
//! visits      count, then ns since the last one's end (the hour's start), ns long, window
//! ```

use std::collections::HashMap;
use std::hash::Hash;

use attnd_core::rollup::Hour;
use attnd_core::{Duration, TimeRange, Timestamp};

use super::{Track, Visit, Window};
use crate::flow::Span;

const VERSION: u8 = 1;

/// Why bytes are no hour of a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrackError {
    /// Another format: the hour must be computed again.
    #[error("the hour is kept in a format this attnd does not know")]
    Version,
    /// Damaged.
    #[error("the bytes of the hour are damaged")]
    Damaged,
}

/// An hour read back but for its visits; indices are its own, and all of them are within their lists.
pub(super) struct Decoded<'b> {
    pub(super) names: Vec<&'b str>,
    pub(super) categories: Vec<Vec<&'b str>>,
    pub(super) windows: Vec<Window>,
    pub(super) visits: EncodedVisits<'b>,
}

/// The visits of an hour, each read when it is asked for: an hour has hundreds.
pub(super) struct EncodedVisits<'b> {
    reader: Reader<'b>,
    hour: TimeRange,
    windows: usize,
    left: usize,
    end: Timestamp,
}

impl EncodedVisits<'_> {
    /// The next visit; `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<Visit>, TrackError> {
        if self.left == 0 {
            return if self.reader.rest.is_empty() { Ok(None) } else { Err(TrackError::Damaged) };
        }
        self.left -= 1;
        let start = self.end.saturating_add(self.reader.duration()?);
        let range = TimeRange::from(start, self.reader.duration()?);
        self.end = range.end();
        if self.end > self.hour.end() {
            return Err(TrackError::Damaged);
        }
        Ok(Some(Visit { range, window: self.reader.index(self.windows)? }))
    }
}

/// Digest of everything a span says but its time: FNV-1a of 64 bits, for it must be the same in
/// every release, which the standard library's hasher is not.
pub(super) fn digest(span: &Span) -> u64 {
    let facets = [&span.url_domain, &span.project, &span.file];
    let texts = [&*span.application, &*span.title]
        .into_iter()
        .chain(facets.into_iter().map(|facet| facet.as_deref().unwrap_or_default()));
    texts.fold(FNV_BASIS, |digest, text| {
        text.bytes()
            .chain([0xFF])
            .fold(digest, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
    })
}

const FNV_BASIS: u64 = 0xCBF2_9CE4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01B3;

/// Writes the visits of one hour; all lie within it.
pub(super) fn encode(track: &Track, hour: Hour, visits: &[Visit]) -> Vec<u8> {
    let mut windows = Numbers::default();
    let visited: Vec<u64> = visits.iter().map(|visit| windows.of(visit.window)).collect();
    let (mut names, mut categories) = (Numbers::default(), Numbers::default());
    let mut of_windows = Vec::new();
    for index in windows.list {
        let window = &track.windows()[index as usize];
        of_windows.extend(window.digest.to_le_bytes());
        put(&mut of_windows, names.of(window.application));
        put(&mut of_windows, categories.of(window.category));
        for facet in [window.project, window.site] {
            put(&mut of_windows, facet.map_or(0, |facet| names.of(facet) + 1));
        }
    }
    let mut texts: Vec<&str> = names.list.iter().map(|index| &*track.names()[*index as usize]).collect();
    let mut parts: HashMap<&str, u64> = HashMap::new();
    let mut of_categories = Vec::new();
    for index in &categories.list {
        let path = &track.categories()[*index as usize];
        put(&mut of_categories, path.len() as u64);
        for part in path.iter() {
            let number = *parts.entry(part).or_insert_with(|| {
                texts.push(part);
                texts.len() as u64 - 1
            });
            put(&mut of_categories, number);
        }
    }
    let mut bytes = vec![VERSION];
    put(&mut bytes, texts.len() as u64);
    for text in texts {
        put(&mut bytes, text.len() as u64);
        bytes.extend(text.as_bytes());
    }
    put(&mut bytes, categories.list.len() as u64);
    bytes.extend(of_categories);
    put(&mut bytes, windows.numbers.len() as u64);
    bytes.extend(of_windows);
    put(&mut bytes, visits.len() as u64);
    let mut end = hour.range().start();
    for (visit, window) in visits.iter().zip(visited) {
        put(&mut bytes, visit.range.start().since(end).ns().unsigned_abs());
        put(&mut bytes, visit.range.duration().ns().unsigned_abs());
        put(&mut bytes, window);
        end = visit.range.end();
    }
    bytes
}

/// Numbers in the order of first use.
struct Numbers<T> {
    numbers: HashMap<T, u64>,
    list: Vec<T>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), list: Vec::new() }
    }
}

impl<T: Copy + Eq + Hash> Numbers<T> {
    fn of(&mut self, value: T) -> u64 {
        *self.numbers.entry(value).or_insert_with(|| {
            self.list.push(value);
            self.list.len() as u64 - 1
        })
    }
}

fn put(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value as u8 & 0x7F) | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Reads an hour back.
pub(super) fn decode(hour: Hour, bytes: &[u8]) -> Result<Decoded<'_>, TrackError> {
    let [VERSION, rest @ ..] = bytes else { return Err(TrackError::Version) };
    let mut reader = Reader { rest };
    let names = reader.list(|reader| reader.text())?;
    let categories = reader.list(|reader| {
        reader.list(|reader| {
            let part = reader.index(names.len())?;
            Ok(names[part as usize])
        })
    })?;
    let windows = reader.list(|reader| {
        Ok(Window {
            digest: reader.digest()?,
            application: reader.index(names.len())?,
            category: reader.index(categories.len())?,
            project: reader.facet(names.len())?,
            site: reader.facet(names.len())?,
        })
    })?;
    let left = reader.count()?;
    let (hour, windows_count) = (hour.range(), windows.len());
    let visits = EncodedVisits { reader, hour, windows: windows_count, left, end: hour.start() };
    Ok(Decoded { names, categories, windows, visits })
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn bytes(&mut self, count: usize) -> Result<&'b [u8], TrackError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(TrackError::Damaged)?;
        self.rest = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u64, TrackError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte, rest @ ..] = self.rest else { return Err(TrackError::Damaged) };
            self.rest = rest;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(TrackError::Damaged)
    }

    /// How many elements follow. Each takes a byte at least: damaged bytes cannot ask for much memory.
    fn count(&mut self) -> Result<usize, TrackError> {
        let count = usize::try_from(self.number()?).map_err(|_| TrackError::Damaged)?;
        if count > self.rest.len() { Err(TrackError::Damaged) } else { Ok(count) }
    }

    fn list<T>(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<T, TrackError>,
    ) -> Result<Vec<T>, TrackError> {
        let count = self.count()?;
        let mut list = Vec::with_capacity(count);
        for _ in 0..count {
            list.push(element(self)?);
        }
        Ok(list)
    }

    fn text(&mut self) -> Result<&'b str, TrackError> {
        let length = usize::try_from(self.number()?).map_err(|_| TrackError::Damaged)?;
        std::str::from_utf8(self.bytes(length)?).map_err(|_| TrackError::Damaged)
    }

    fn digest(&mut self) -> Result<u64, TrackError> {
        let bytes = self.bytes(8)?.try_into().map_err(|_| TrackError::Damaged)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn index(&mut self, length: usize) -> Result<u32, TrackError> {
        let index = u32::try_from(self.number()?).map_err(|_| TrackError::Damaged)?;
        if (index as usize) < length { Ok(index) } else { Err(TrackError::Damaged) }
    }

    fn facet(&mut self, length: usize) -> Result<Option<u32>, TrackError> {
        if let [0, rest @ ..] = self.rest {
            self.rest = rest;
            return Ok(None);
        }
        let index = self.index(length + 1)?;
        Ok(Some(index - 1))
    }

    fn duration(&mut self) -> Result<Duration, TrackError> {
        i64::try_from(self.number()?).map(Duration::from_ns).map_err(|_| TrackError::Damaged)
    }
}
