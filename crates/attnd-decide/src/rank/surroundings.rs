//! How near is an ask to what the person is in the middle of? Words held against task, window, calendar and last answers.

use attnd_core::time::NS_PER_S;

use super::context::Context;
use super::inbox::Inbox;
use super::terms::{BUCKETS, Numbers, Term, Terms};

/// How many things of a context are held against asks at most: the task, the window, four entries of the calendar, ten
/// answered asks.
pub(super) const ELEMENTS: usize = 16;
const CALENDAR_ENTRIES: usize = 4;
const ANSWERED_ASKS: usize = 10;

/// Each answered ask counts so much of the one after it: the decay measured best over the last ten items of a person's
/// history in temporal leave-last-out (see the notes on ranking in the manual), and half again every month.
const ANSWERED_DECAY: f64 = 0.8;
const ANSWERED_HALF_LIFE_S: f64 = 30.0 * 86_400.0;

/// An entry of the calendar counts half for each hour before it begins or after it ended.
const CALENDAR_HALF_LIFE_S: f64 = 3_600.0;

/// Elements less important than this are left out.
const LEAST_WEIGHT: f64 = 0.02;

/// How sharply the pooled similarity looks at the nearest elements.
const POOL_TEMPERATURE: f32 = 0.1;

/// What sort of thing an element of the surroundings is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Task,
    Window,
    Calendar,
    Answered,
}

/// How many sorts there are.
pub(super) const SORTS: usize = 4;

/// One thing around the person.
#[derive(Debug)]
struct Element {
    sort: Sort,
    name: String,
    /// How much it counts, 0 to 1: old and distant things less.
    weight: f32,
}

/// All of it, laid out to be held against many asks.
#[derive(Debug)]
pub(super) struct Surroundings {
    elements: Vec<Element>,
    /// Rarity of each bucket's words, squared, and their part of what waits altogether.
    buckets: Vec<Bucket>,
    /// What the words of a bucket count in each element; row 0 is that of buckets no element uses.
    rows: Vec<[f32; ELEMENTS]>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    rarity: f32,
    central: f32,
    row: u32,
}

/// How near one ask is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Nearness {
    /// Weighted similarity to the nearest element of each sort, 0 to 1.
    pub(super) of: [f32; SORTS],
    /// Which element that is, by its index.
    nearest: [u8; SORTS],
    /// Similarity to all elements together, the nearest counting most.
    pub(super) pooled: f32,
    /// Similarity to all that waits.
    pub(super) central: f32,
}

impl Surroundings {
    pub(super) fn of(inbox: &Inbox, context: &Context) -> Self {
        let mut elements = Vec::new();
        let mut terms = Vec::new();
        for (element, of) in gathered(context).into_iter().take(ELEMENTS) {
            if !of.of.is_empty() && f64::from(element.weight) >= LEAST_WEIGHT {
                elements.push(element);
                terms.push(of.of);
            }
        }
        let mut surroundings = Self { elements, buckets: rarities(inbox), rows: vec![[0.0; ELEMENTS]] };
        for (index, of) in terms.iter().enumerate() {
            surroundings.lay(index, of);
        }
        surroundings
    }

    fn lay(&mut self, element: usize, terms: &[Term]) {
        let norm = self.norm(terms);
        if norm <= 0.0 {
            return;
        }
        let scale = self.elements[element].weight / norm;
        for term in terms {
            let bucket = &mut self.buckets[usize::from(term.bucket)];
            if bucket.row == 0 {
                bucket.row = self.rows.len() as u32;
                self.rows.push([0.0; ELEMENTS]);
            }
            self.rows[bucket.row as usize][element] += term.weight() * bucket.rarity * scale;
        }
    }

    /// Length of a list of words when rare words count more.
    fn norm(&self, terms: &[Term]) -> f32 {
        let square = |term: &Term| term.weight().powi(2) * self.buckets[usize::from(term.bucket)].rarity;
        terms.iter().map(square).sum::<f32>().sqrt()
    }

    /// How near an ask of those words is.
    pub(super) fn nearness(&self, terms: &[Term]) -> Nearness {
        let (mut square, mut central, mut sums) = (0.0_f32, 0.0_f32, [0.0_f32; ELEMENTS]);
        for term in terms {
            let bucket = &self.buckets[usize::from(term.bucket)];
            let weight = term.weight();
            square += weight * weight * bucket.rarity;
            central += weight * bucket.central;
            if bucket.row != 0 {
                let row = &self.rows[bucket.row as usize];
                sums.iter_mut().zip(row).for_each(|(sum, part)| *sum += weight * part);
            }
        }
        if square <= 0.0 {
            return Nearness::default();
        }
        let scale = square.sqrt().recip();
        let mut near = Nearness { central: (central * scale).clamp(0.0, 1.0), ..Nearness::default() };
        let (mut weights, mut pooled) = (0.0, 0.0);
        for (index, element) in self.elements.iter().enumerate() {
            let similarity = (sums[index] * scale).clamp(0.0, 1.0);
            if similarity > near.of[element.sort as usize] {
                near.of[element.sort as usize] = similarity;
                near.nearest[element.sort as usize] = index as u8;
            }
            if similarity > 0.0 {
                let weight = (similarity / POOL_TEMPERATURE).exp();
                weights += weight;
                pooled += weight * similarity;
            } else {
                weights += 1.0;
            }
        }
        near.pooled = if weights > 0.0 { pooled / weights } else { 0.0 };
        near
    }

    /// What the nearest element of that sort is called.
    pub(super) fn name(&self, near: &Nearness, sort: Sort) -> &str {
        self.elements.get(usize::from(near.nearest[sort as usize])).map_or("", |element| &element.name)
    }

    /// How alike two lists of words are when rare words count more, 0 to 1.
    pub(super) fn likeness(&self) -> Likeness<'_> {
        Likeness { surroundings: self, laid: vec![0.0; BUCKETS], touched: Vec::new(), norm: 0.0 }
    }
}

/// One list of words held against many.
#[derive(Debug)]
pub(super) struct Likeness<'a> {
    surroundings: &'a Surroundings,
    laid: Vec<f32>,
    touched: Vec<u16>,
    norm: f32,
}

impl Likeness<'_> {
    /// Takes the list the next ones are held against.
    pub(super) fn take(&mut self, terms: &[Term]) {
        self.touched.drain(..).for_each(|bucket| self.laid[usize::from(bucket)] = 0.0);
        for term in terms {
            let rarity = self.surroundings.buckets[usize::from(term.bucket)].rarity;
            self.laid[usize::from(term.bucket)] = term.weight() * rarity;
            self.touched.push(term.bucket);
        }
        self.norm = self.surroundings.norm(terms);
    }

    /// How alike the list taken and that one are.
    pub(super) fn to(&self, terms: &[Term]) -> f64 {
        let product: f32 = terms.iter().map(|term| term.weight() * self.laid[usize::from(term.bucket)]).sum();
        let norms = self.norm * self.surroundings.norm(terms);
        if norms > 0.0 { f64::from((product / norms).clamp(0.0, 1.0)) } else { 0.0 }
    }
}

/// Rarity as in TF-IDF, 1 + ln((1 + n) / (1 + uses)), and the direction of all that waits.
fn rarities(inbox: &Inbox) -> Vec<Bucket> {
    let all = inbox.distinct() as f32 + 1.0;
    let mut square = 0.0_f64;
    let mut buckets: Vec<Bucket> = inbox
        .usage()
        .iter()
        .map(|usage| {
            let rarity = (1.0 + (all / (usage.asks as f32 + 1.0)).ln()).powi(2);
            let weight = usage.weight as f32 / 1_024.0;
            square += f64::from(weight).powi(2) * f64::from(rarity);
            Bucket { rarity, central: weight * rarity, row: 0 }
        })
        .collect();
    if square > 0.0 {
        let scale = square.sqrt().recip() as f32;
        buckets.iter_mut().for_each(|bucket| bucket.central *= scale);
    }
    buckets
}

/// Everything around the person, what matters most first.
fn gathered(context: &Context) -> Vec<(Element, Terms)> {
    let element = |sort, name: &str, text: &str, weight: f64| {
        let terms = Terms::of(name, text, Numbers::Matter);
        (Element { sort, name: name.to_owned(), weight: weight as f32 }, terms)
    };
    let mut gathered = Vec::new();
    gathered.extend(context.task.as_ref().map(|task| element(Sort::Task, task, "", 1.0)));
    gathered.extend(context.window.as_ref().map(|window| element(Sort::Window, &window.title, "", 1.0)));
    let mut calendar: Vec<_> = context
        .calendar
        .iter()
        .map(|entry| {
            let apart = (entry.start.ns() - context.now.ns()).max(context.now.ns() - entry.end.ns()).max(0);
            (apart, entry)
        })
        .collect();
    calendar.sort_by(|one, other| (one.0, &one.1.title).cmp(&(other.0, &other.1.title)));
    for (apart, entry) in calendar.into_iter().take(CALENDAR_ENTRIES) {
        gathered.push(element(Sort::Calendar, &entry.title, "", half(apart, CALENDAR_HALF_LIFE_S)));
    }
    let mut answered: Vec<_> = context.answered.iter().collect();
    answered
        .sort_by(|one, other| (other.at, &one.title, &one.text).cmp(&(one.at, &other.title, &other.text)));
    let mut decay = 1.0;
    for ask in answered.into_iter().take(ANSWERED_ASKS) {
        let weight = decay * half(context.now.ns() - ask.at.ns(), ANSWERED_HALF_LIFE_S);
        gathered.push(element(Sort::Answered, &ask.title, &ask.text, weight));
        decay *= ANSWERED_DECAY;
    }
    gathered
}

fn half(ns: i64, half_life_s: f64) -> f64 {
    (-(ns.max(0) as f64) / NS_PER_S as f64 / half_life_s).exp2()
}

#[cfg(test)]
mod tests {
    use attnd_core::Timestamp;

    use super::*;
    use crate::rank::{Answered, Ask, CalendarEntry};

    fn minute(minutes: i64) -> Timestamp {
        Timestamp::from_ns_saturating(minutes * 60 * NS_PER_S)
    }

    fn near(context: &Context, text: &str) -> Nearness {
        let inbox = Inbox::of([Ask { title: text.to_owned(), ..Ask::new("1", "mail", minute(0)) }]).unwrap();
        Surroundings::of(&inbox, context).nearness(inbox.terms_of(0))
    }

    #[test]
    fn the_same_words_are_as_near_as_can_be() {
        let context = Context { task: Some("yearly report".to_owned()), ..Context::at(minute(0)) };
        let same = near(&context, "yearly report");
        assert!((same.of[Sort::Task as usize] - 1.0).abs() < 1e-5, "{same:?}");
        assert!(same.pooled > 0.9 && near(&context, "lunch").of == [0.0; SORTS]);
        let inbox = Inbox::default();
        assert_eq!(Surroundings::of(&inbox, &context).nearness(&[]), Nearness::default());
    }

    #[test]
    fn distant_entries_and_old_answers_count_less() {
        let entry = |start| CalendarEntry {
            title: "budget".to_owned(),
            start: minute(start),
            end: minute(start + 30),
        };
        let calendar = |start| {
            let context = Context { calendar: vec![entry(start)], ..Context::at(minute(600)) };
            near(&context, "budget").of[Sort::Calendar as usize]
        };
        assert!((calendar(590) - 1.0).abs() < 1e-5);
        // An hour before it begins and an hour after it ended.
        assert!((calendar(660) - 0.5).abs() < 1e-5 && (calendar(510) - 0.5).abs() < 1e-5);
        let handled =
            |title: &str, at| Answered { title: title.to_owned(), text: String::new(), at: minute(at) };
        let context =
            Context { answered: vec![handled("budget", 1), handled("lunch", 2)], ..Context::at(minute(2)) };
        let answered = |text| near(&context, text).of[Sort::Answered as usize];
        assert!((answered("lunch") - 1.0).abs() < 1e-5 && (answered("budget") - 0.8).abs() < 1e-3);
    }
}
