//! Which asks are one and the same? Copies of an ask are found whatever the order they come in.

use std::collections::HashMap;

use super::ask::{Ask, AskKind};
use super::fingerprint::{fingerprint, joined};
use super::terms::{Numbers, Term, Terms};

/// Asks with words this alike are copies: of twenty words, one may differ.
const COPY_COSINE: f64 = 0.9;

/// Fewer words than this say too little to call two asks copies unless all are the same.
const FEW_TERMS: usize = 5;

/// Groups of minimal fingerprints, and how many fingerprints each holds. Two asks that share 9 of 10 words meet in one of the
/// groups with probability 1 - (1 - .82³)⁸ > .998 (Jaccard .82); what meets is then compared word by word.
const BANDS: usize = 8;
const ROWS: usize = 3;

/// How many different contents of one group are compared with a new one. Beyond it, copies are found by what they share
/// exactly; only here could the order of asks matter.
const MOST_COMPARED: usize = 256;

/// Where copies of an ask would be found.
#[derive(Debug, Default)]
pub(super) struct Copies {
    /// The first ask seen with each key: conversation, address, content.
    first: HashMap<u64, u32>,
    /// Asks of different content by group of minimal fingerprints.
    groups: HashMap<u64, Vec<u32>>,
}

/// What an ask shares with its copies.
#[derive(Debug)]
pub(super) struct Marks {
    /// Asks that share one of these are one: conversation, address, content.
    keys: Vec<u64>,
    content: Option<u64>,
}

/// Whether numbers tell asks of that kind apart.
pub(super) fn numbers(kind: AskKind) -> Numbers {
    match kind {
        AskKind::Alert | AskKind::Notification => Numbers::Alike,
        _ => Numbers::Matter,
    }
}

impl Marks {
    pub(super) fn of(ask: &Ask, terms: &Terms) -> Self {
        let source = fingerprint(1, ask.source.as_bytes());
        let thread = ask.thread.as_ref().map(|thread| joined(source, fingerprint(2, thread.as_bytes())));
        let url = ask.url.as_deref().and_then(address).map(|address| fingerprint(3, address.as_bytes()));
        // A case, a question or an approval is answered by itself even where it reads like another one.
        let apart = matches!(ask.kind, AskKind::Unit | AskKind::Case | AskKind::Approval | AskKind::Task);
        let content = (!apart && !terms.of.is_empty()).then(|| joined(terms.content, ask.kind as u64));
        Self { keys: thread.into_iter().chain(url).chain(content).collect(), content }
    }
}

impl Copies {
    /// Notes an ask and tells `link` every ask it is a copy of; `terms_of` gives the words of an ask noted before.
    pub(super) fn note<'a>(
        &mut self,
        slot: u32,
        marks: &Marks,
        terms: &[Term],
        terms_of: impl Fn(u32) -> &'a [Term],
        mut link: impl FnMut(u32),
    ) {
        let mut new_content = marks.content.is_some();
        for &key in &marks.keys {
            let first = *self.first.entry(key).or_insert(slot);
            if first != slot {
                link(first);
                new_content &= Some(key) != marks.content;
            }
        }
        if !new_content || terms.len() < FEW_TERMS {
            return;
        }
        for group in groups(terms) {
            let members = self.groups.entry(group).or_default();
            members.iter().filter(|&&other| is_copy(terms, terms_of(other))).for_each(|&other| link(other));
            if members.len() < MOST_COMPARED {
                members.push(slot);
            }
        }
    }

    /// Forgets an ask; `heir` is a copy of it with the same marks, if there is one.
    pub(super) fn forget(
        &mut self,
        slot: u32,
        marks: &Marks,
        terms: &[Term],
        heir: impl Fn(u64) -> Option<u32>,
    ) {
        for &key in &marks.keys {
            if self.first.get(&key) == Some(&slot) {
                match heir(key) {
                    Some(heir) => self.first.insert(key, heir),
                    None => self.first.remove(&key),
                };
            }
        }
        let heir = marks.content.and_then(heir);
        for group in groups(terms) {
            let Some(members) = self.groups.get_mut(&group) else { continue };
            if let Some(place) = members.iter().position(|&member| member == slot) {
                match heir {
                    Some(heir) => members[place] = heir,
                    None => drop(members.remove(place)),
                }
            }
            if members.is_empty() {
                self.groups.remove(&group);
            }
        }
    }
}

impl Marks {
    /// Whether an ask has that key.
    pub(super) fn has(&self, key: u64) -> bool {
        self.keys.contains(&key)
    }
}

fn is_copy(one: &[Term], other: &[Term]) -> bool {
    other.len() >= FEW_TERMS && Terms::cosine(one, other) >= COPY_COSINE
}

/// Fingerprints of the smallest values of hashed words, some at a time (Broder 1997, doi 10.1109/SEQUEN.1997.666900).
fn groups(terms: &[Term]) -> [u64; BANDS] {
    let mut smallest = [u64::MAX; BANDS * ROWS];
    for term in terms {
        for (row, smallest) in (1_u64..).zip(&mut smallest) {
            *smallest = (*smallest).min(joined(u64::from(term.bucket), row));
        }
    }
    std::array::from_fn(|band| {
        let rows = &smallest[band * ROWS..][..ROWS];
        rows.iter().fold(band as u64, |hash, &row| joined(hash, row))
    })
}

/// An address without what does not change where it leads: scheme, `www.`, fragment, marks of campaigns, a last slash.
fn address(url: &str) -> Option<String> {
    let url = url.trim();
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    let url = url.split('#').next().unwrap_or_default();
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let mut kept: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !is_campaign(pair)).collect();
    kept.sort_unstable();
    let address = format!("{host}/{}?{}", path.trim_end_matches('/'), kept.join("&"));
    (!host.is_empty()).then_some(address)
}

fn is_campaign(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "mc_cid" | "mc_eid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_many_spellings() {
        let one = address("https://www.Example.org/a/b/?utm_source=feed&x=1#top");
        assert_eq!(one, address("http://example.org/a/b?x=1"));
        assert_ne!(one, address("http://example.org/a/b?x=2"));
        assert_ne!(address("http://example.org/A"), address("http://example.org/a"));
        assert_eq!(address("  "), None);
    }

    #[test]
    fn texts_that_share_most_words_meet() {
        let text = |changed: usize| {
            let words: Vec<String> =
                (0..20).map(|word| format!("w{}", word + 100 * usize::from(word < changed))).collect();
            Terms::of("", &words.join(" "), Numbers::Matter).of
        };
        let meet = |changed| {
            let (one, other) = (groups(&text(0)), groups(&text(changed)));
            one.iter().zip(other).any(|(one, other)| *one == other)
        };
        assert!(meet(0) && meet(1) && meet(2));
        assert!(!meet(20));
    }
}
