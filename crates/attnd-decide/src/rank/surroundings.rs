//! How near is an ask to what the person is in the middle of? Words held against task, window, calendar and last answers.

use attnd_core::time::NS_PER_S;

use super::context::Context;
use super::inbox::Inbox;
use super::terms::{BUCKETS, MOST_TERMS, Numbers, Term, Terms, damped};

/// How many things of a context are held against asks at most: the task, the window, four entries of the calendar, ten
/// answered asks. Each sort has places of its own among them.
pub(super) const ELEMENTS: usize = 16;
const CALENDAR_ENTRIES: usize = 4;
const ANSWERED_ASKS: usize = 10;
const PLACES: [std::ops::Range<usize>; SORTS] =
    [0..1, 1..2, 2..2 + CALENDAR_ENTRIES, 2 + CALENDAR_ENTRIES..2 + CALENDAR_ENTRIES + ANSWERED_ASKS];

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

/// How many sums over the words of an ask are kept apart.
const LANES: usize = 4;

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
    terms: Terms,
}

/// All of it, laid out to be held against many asks.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// What each element is called.
    names: [String; ELEMENTS],
    /// One for each place that holds an element, else 0.
    present: [f32; ELEMENTS],
    /// Rarity of each bucket's words, squared, and their part of what waits altogether.
    buckets: Box<[Bucket; BUCKETS]>,
    /// Which of `rows` is a bucket's: beside `buckets` and not in it, so that both stay in a processor's second cache.
    row_of: Box<[u16; BUCKETS]>,
    /// What the words of a bucket count in each element; row 0 is that of buckets no element uses.
    rows: Vec<[f32; ELEMENTS]>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    rarity: f32,
    central: f32,
}

/// How near one ask is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Nearness {
    /// Weighted similarity to the nearest element of each sort, 0 to 1.
    pub(super) of: [f32; SORTS],
    /// Similarity to all elements together, the nearest counting most.
    pub(super) pooled: f32,
    /// Similarity to all that waits.
    pub(super) central: f32,
}

impl Surroundings {
    pub(super) fn of(inbox: &Inbox, context: &Context) -> Self {
        let mut surroundings = Self {
            names: Default::default(),
            present: [0.0; ELEMENTS],
            buckets: rarities(inbox),
            row_of: each_bucket(vec![0; BUCKETS]),
            rows: vec![[0.0; ELEMENTS]],
        };
        let mut next = PLACES.map(|places| places.start);
        for element in gathered(context) {
            let place = &mut next[element.sort as usize];
            if f64::from(element.weight) >= LEAST_WEIGHT && surroundings.lay(*place, &element) {
                surroundings.names[*place] = element.name;
                surroundings.present[*place] = 1.0;
                *place += 1;
            }
        }
        surroundings
    }

    /// Lays the words of an element out in its place; whether it has any.
    fn lay(&mut self, place: usize, element: &Element) -> bool {
        let norm = self.norm(&element.terms.of);
        if norm <= 0.0 {
            return false;
        }
        let scale = element.weight / norm;
        for term in &element.terms.of {
            let row = &mut self.row_of[usize::from(term.bucket)];
            if *row == 0 {
                *row = self.rows.len() as u16;
                self.rows.push([0.0; ELEMENTS]);
            }
            let rarity = self.buckets[usize::from(term.bucket)].rarity;
            self.rows[usize::from(*row)][place] += term.weight() * rarity * scale;
        }
        true
    }

    /// Length of a list of words when rare words count more.
    fn norm(&self, terms: &[Term]) -> f32 {
        let square = |term: &Term| term.weight().powi(2) * self.buckets[usize::from(term.bucket)].rarity;
        terms.iter().map(square).sum::<f32>().sqrt()
    }

    /// How near an ask of those words is.
    pub(super) fn nearness(&self, terms: &[Term]) -> Nearness {
        let (similarities, central) = self.similarities(terms);
        let mut shares = self.present;
        for (share, similarity) in shares.iter_mut().zip(&similarities) {
            *share *= pool_weight(*similarity);
        }
        let (mut weights, mut pooled) = ([0.0_f32; LANES], [0.0_f32; LANES]);
        for (shares, similarities) in shares.chunks_exact(LANES).zip(similarities.chunks_exact(LANES)) {
            for lane in 0..LANES {
                weights[lane] += shares[lane];
                pooled[lane] += shares[lane] * similarities[lane];
            }
        }
        let (weights, pooled): (f32, f32) = (weights.iter().sum(), pooled.iter().sum());
        let mut near = Nearness { central, ..Nearness::default() };
        if weights > 0.0 {
            near.pooled = pooled / weights;
        }
        for (nearest, places) in near.of.iter_mut().zip(PLACES) {
            *nearest = similarities[places].iter().copied().fold(0.0, f32::max);
        }
        near
    }

    /// Weighted similarity to the element at each place, and to all that waits.
    fn similarities(&self, terms: &[Term]) -> ([f32; ELEMENTS], f32) {
        // Sums are kept apart by lane: one sum would wait for each addition before it begins the next.
        let mut lanes = [[0.0_f32; 2]; LANES];
        // The terms some element uses are put together first: whether a term is one of them is as good as chance, and a
        // branch taken by chance costs more than all its arithmetic.
        let mut shared = [[0_u16; 2]; MOST_TERMS];
        let mut count = 0;
        for part in terms.chunks(LANES) {
            for (term, [square, central]) in part.iter().zip(&mut lanes) {
                let bucket = usize::from(term.bucket);
                let (of, row, weight) = (&self.buckets[bucket], self.row_of[bucket], term.weight());
                *square += weight * weight * of.rarity;
                *central += weight * of.central;
                shared[count % MOST_TERMS] = [row, u16::from(term.count)];
                count += usize::from(row != 0);
            }
        }
        let [square, central] = lanes.iter().fold([0.0; 2], |sum, lane| [sum[0] + lane[0], sum[1] + lane[1]]);
        let mut sums = [0.0_f32; ELEMENTS];
        if square <= 0.0 {
            return (sums, 0.0);
        }
        for &[row, times] in &shared[..count.min(MOST_TERMS)] {
            let (row, weight) = (&self.rows[usize::from(row)], damped(times));
            sums.iter_mut().zip(row).for_each(|(sum, part)| *sum += weight * part);
        }
        let scale = square.sqrt().recip();
        sums.iter_mut().for_each(|sum| *sum = (*sum * scale).min(1.0));
        (sums, (central * scale).clamp(0.0, 1.0))
    }

    /// What the element of that sort is called that is nearest to an ask of those words.
    pub(super) fn nearest(&self, terms: &[Term], sort: Sort) -> &str {
        let (similarities, _) = self.similarities(terms);
        let mut nearest = PLACES[sort as usize].start;
        for place in PLACES[sort as usize].clone() {
            if similarities[place] > similarities[nearest] {
                nearest = place;
            }
        }
        &self.names[nearest]
    }

    /// How alike two lists of words are when rare words count more, 0 to 1.
    pub(super) fn likeness(&self) -> Likeness<'_> {
        Likeness {
            surroundings: self,
            laid: each_bucket(vec![0.0; BUCKETS]),
            touched: Vec::new(),
            length: 0.0,
        }
    }
}

/// One list of words held against many.
#[derive(Debug)]
pub(super) struct Likeness<'a> {
    surroundings: &'a Surroundings,
    laid: Box<[f32; BUCKETS]>,
    touched: Vec<u16>,
    length: f32,
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
        self.length = self.length(terms);
    }

    /// The length of a list of words, as [`Self::to`] wants it: worked out once for a list that is held against many.
    pub(super) fn length(&self, terms: &[Term]) -> f32 {
        self.surroundings.norm(terms)
    }

    /// How alike the list taken and that one are.
    pub(super) fn to(&self, terms: &[Term], length: f32) -> f64 {
        let mut lanes = [0.0_f32; LANES];
        for part in terms.chunks(LANES) {
            for (term, sum) in part.iter().zip(&mut lanes) {
                *sum += term.weight() * self.laid[usize::from(term.bucket)];
            }
        }
        let lengths = self.length * length;
        if lengths > 0.0 { f64::from((lanes.iter().sum::<f32>() / lengths).clamp(0.0, 1.0)) } else { 0.0 }
    }
}

/// How much an element of that similarity, 0 to 1, counts beside others: `exp(similarity / temperature)` but for a factor that
/// is the same for all.
///
/// The sixteenth power of the series of exp around the middle, to the fifth power: right to 1 in 20,000, and the same few
/// multiplications for every element at once.
fn pool_weight(similarity: f32) -> f32 {
    let of = (similarity - 0.5) * (1.0 / (16.0 * POOL_TEMPERATURE));
    let series = 1.0 + of * (1.0 + of * (0.5 + of * (1.0 / 6.0 + of * (1.0 / 24.0 + of * (1.0 / 120.0)))));
    let square = series * series;
    let fourth = square * square;
    let eighth = fourth * fourth;
    eighth * eighth
}

/// Rarity as in TF-IDF, 1 + ln((1 + n) / (1 + uses)), and the direction of all that waits.
fn rarities(inbox: &Inbox) -> Box<[Bucket; BUCKETS]> {
    let all = inbox.distinct() as f32 + 1.0;
    let mut square = 0.0_f64;
    let mut buckets: Vec<Bucket> = inbox
        .usage()
        .iter()
        .map(|usage| {
            let rarity = (1.0 + (all / (usage.asks as f32 + 1.0)).ln()).powi(2);
            let weight = usage.weight as f32 / 1_024.0;
            square += f64::from(weight).powi(2) * f64::from(rarity);
            Bucket { rarity, central: weight * rarity }
        })
        .collect();
    if square > 0.0 {
        let scale = square.sqrt().recip() as f32;
        buckets.iter_mut().for_each(|bucket| bucket.central *= scale);
    }
    each_bucket(buckets)
}

/// A table whose length is known, so that a bucket needs no check.
fn each_bucket<T: std::fmt::Debug>(of: Vec<T>) -> Box<[T; BUCKETS]> {
    of.into_boxed_slice().try_into().expect("invariant: tables have an entry for each bucket")
}

/// Everything around the person, of each sort what matters most first and no more than it has places.
fn gathered(context: &Context) -> Vec<Element> {
    let element = |sort, name: &str, text: &str, weight: f64| {
        let terms = Terms::of(name, text, Numbers::Matter);
        Element { sort, name: name.to_owned(), weight: weight as f32, terms }
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
    fn the_pool_weighs_as_the_exponential_does() {
        for step in 0_u8..=100 {
            let similarity = f32::from(step) / 100.0;
            let expected = ((similarity - 0.5) / POOL_TEMPERATURE).exp();
            let off = (pool_weight(similarity) / expected - 1.0).abs();
            assert!(off < 5e-5, "{similarity}: {off}");
        }
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
