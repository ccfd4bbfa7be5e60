//! What is known of every ask at one moment? Inbox, context and habits brought together, as numbers and as words.

use attnd_core::Timestamp;
use attnd_core::time::NS_PER_S;

use super::ask::{Ask, InterruptionLevel, Reason};
use super::context::Context;
use super::error::RankError;
use super::inbox::{Facts, Inbox};
use super::memory::Memory;
use super::phrase::{LocalTime, Phrase};
use super::subject::{Facet, Subject, Subjects};
use super::surroundings::{Likeness, Nearness, Sort, Surroundings};
use super::terms::Term;

/// What a person has before them at one moment: what waits, what they are in the middle of, and what they are used to do.
#[derive(Debug)]
pub struct Moment<'a> {
    inbox: &'a Inbox,
    context: &'a Context,
    memory: &'a Memory,
    surroundings: Surroundings,
    /// Lift of each subject, and how often others acted on it.
    habits: Vec<Seen>,
    mind: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    lift: f32,
    acted: f32,
    others_acted: f32,
}

/// Everything a score may rest on. Each is about one in size where it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// One, for every ask.
    Base,
    /// Similarity to what they work on.
    NearTask,
    /// Similarity to the window in front.
    NearWindow,
    /// Similarity to an entry of the calendar, fading with the time to it.
    NearCalendar,
    /// Similarity to asks they handled lately, fading.
    NearAnswered,
    /// Similarity to all of it, the nearest counting most.
    NearContext,
    /// How much more often they act on asks of its source, in log-odds; so with what follows.
    Source,
    /// … of its sender.
    Sender,
    /// … of its conversation.
    Thread,
    /// … of its kind.
    Kind,
    /// … that reached them for its reason.
    ReasonAnswered,
    /// … of its topic.
    Topic,
    /// What its reason says by itself, -1 to 1.
    Reason,
    /// One where they sent it themselves.
    Own,
    /// -1 for passive, 0 for active, 1 for time-sensitive, 2 for critical.
    Level,
    /// Probability that its words say it is urgent.
    UrgentWords,
    /// Nearness of the deadline: 8 h / (8 h + time left).
    Due,
    /// One at a deadline that has passed, half a day later.
    Overdue,
    /// ln(1 + days since it came).
    Age,
    /// Halves every day since something last happened to it.
    Touched,
    /// ln(1 + days since something last happened to it).
    Quiet,
    /// ln of how many asks it stands for.
    Similar,
    /// ln of how many sources tell of it.
    Sources,
    /// Similarity to all that waits.
    Central,
    /// ln(1 + reactions of others).
    Popular,
    /// What a recommender says.
    Collaborative,
}

/// Every feature, in the order of their weights.
pub const FEATURES: [Feature; 26] = [
    Feature::Base,
    Feature::NearTask,
    Feature::NearWindow,
    Feature::NearCalendar,
    Feature::NearAnswered,
    Feature::NearContext,
    Feature::Source,
    Feature::Sender,
    Feature::Thread,
    Feature::Kind,
    Feature::ReasonAnswered,
    Feature::Topic,
    Feature::Reason,
    Feature::Own,
    Feature::Level,
    Feature::UrgentWords,
    Feature::Due,
    Feature::Overdue,
    Feature::Age,
    Feature::Touched,
    Feature::Quiet,
    Feature::Similar,
    Feature::Sources,
    Feature::Central,
    Feature::Popular,
    Feature::Collaborative,
];

/// What a score rests on, in the order of [`FEATURES`].
pub type Features = [f64; FEATURES.len()];

/// A deadline this far off counts half of one that is now.
const DUE_HALF_H: f64 = 8.0;
/// A deadline passed this long ago counts half of one that is now.
const OVERDUE_HALF_H: f64 = 24.0;

/// An ask of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lead(pub(super) u32);

impl<'a> Moment<'a> {
    /// Brings together what waits, what surrounds the person, what they did, and what everybody did.
    ///
    /// # Errors
    /// What [`Context::check`] refuses.
    pub fn new(
        inbox: &'a Inbox,
        context: &'a Context,
        memory: &'a Memory,
        others: Option<&Memory>,
    ) -> Result<Self, RankError> {
        context.check()?;
        let mut habits = vec![Seen::default(); inbox.subjects().len()];
        for (subject, habit) in memory.habits(context.now) {
            if let Some(index) = inbox.subjects().known(subject) {
                (habits[index].lift, habits[index].acted) = (habit.lift as f32, habit.acted as f32);
            }
        }
        for (subject, habit) in others.into_iter().flat_map(|others| others.habits(context.now)) {
            if let Some(index) = inbox.subjects().known(subject) {
                habits[index].others_acted = habit.acted as f32;
            }
        }
        let mind = context.mind.as_deref().and_then(|mind| inbox.subjects().known(Subject::sender(mind)));
        let mind = mind.and_then(|mind| u32::try_from(mind).ok());
        let surroundings = Surroundings::of(inbox, context);
        Ok(Self { inbox, context, memory, surroundings, habits, mind })
    }

    /// What waits.
    #[must_use]
    pub fn inbox(&self) -> &'a Inbox {
        self.inbox
    }

    /// What surrounds the person.
    #[must_use]
    pub fn context(&self) -> &'a Context {
        self.context
    }

    /// What they did before.
    #[must_use]
    pub fn memory(&self) -> &'a Memory {
        self.memory
    }

    /// Every ask that stands for itself and its copies.
    #[must_use]
    pub fn leads(&self) -> Vec<Lead> {
        self.inbox.lead_slots().into_iter().map(Lead).collect()
    }

    /// The ask of that id, or the one that stands for it.
    #[must_use]
    pub fn lead(&self, id: &str) -> Option<Lead> {
        self.inbox.slot(id).map(|slot| Lead(self.inbox.lead_of(slot)))
    }

    /// The ask of that id by itself, whatever stands for it.
    #[must_use]
    pub fn exactly(&self, id: &str) -> Option<Lead> {
        self.inbox.slot(id).map(Lead)
    }

    /// What it is.
    #[must_use]
    pub fn ask(&self, lead: Lead) -> &'a Ask {
        self.inbox.ask(lead.0)
    }

    /// What a score may rest on.
    #[must_use]
    pub fn features(&self, lead: Lead) -> Features {
        self.numbers(self.inbox.facts_of(lead.0), &self.surroundings.nearness(self.inbox.terms_of(lead.0)))
    }

    fn numbers(&self, facts: &Facts, near: &Nearness) -> Features {
        let lift = |facet: Facet| f64::from(self.seen(facts, facet).lift);
        let now = self.context.now.ns();
        let quiet = days(now, facts.touched_ns);
        [
            1.0,
            f64::from(near.of[Sort::Task as usize]),
            f64::from(near.of[Sort::Window as usize]),
            f64::from(near.of[Sort::Calendar as usize]),
            f64::from(near.of[Sort::Answered as usize]),
            f64::from(near.pooled),
            lift(Facet::Source),
            lift(Facet::Sender),
            lift(Facet::Thread),
            lift(Facet::Kind),
            lift(Facet::Reason),
            lift(Facet::Topic),
            facts.reason_weight,
            f64::from(self.mind.is_some_and(|mind| facts.subjects[Facet::Sender as usize] == mind)),
            facts.level as u8 as f64 - 1.0,
            facts.urgency,
            due(now, facts.deadline_ns),
            overdue(now, facts.deadline_ns),
            (1.0 + days(now, facts.created_ns)).ln(),
            (-quiet).exp2(),
            (1.0 + quiet).ln(),
            logarithm(facts.stands_for),
            logarithm(facts.sources),
            f64::from(near.central),
            popularity(self.seen(facts, Facet::Ask).others_acted),
            facts.collaborative,
        ]
    }

    fn seen(&self, facts: &Facts, facet: Facet) -> Seen {
        match facts.subjects[facet as usize] {
            Subjects::NONE => Seen::default(),
            subject => self.habits[subject as usize],
        }
    }

    /// How often others acted on it, old reactions counting less.
    #[must_use]
    pub fn others_acted(&self, lead: Lead) -> f64 {
        f64::from(self.seen(self.inbox.facts_of(lead.0), Facet::Ask).others_acted)
    }

    /// How often the person acted on asks of its source and of its sender, old reactions counting less.
    #[must_use]
    pub fn acted(&self, lead: Lead) -> [f64; 2] {
        let facts = self.inbox.facts_of(lead.0);
        [Facet::Source, Facet::Sender].map(|facet| f64::from(self.seen(facts, facet).acted))
    }

    /// When it came, in nanoseconds; when something last happened to it; until when it wants an answer.
    pub(super) fn facts(&self, lead: Lead) -> &Facts {
        self.inbox.facts_of(lead.0)
    }

    /// How a feature of an ask is said.
    #[must_use]
    pub fn phrase(&self, lead: Lead, feature: Feature) -> Phrase {
        let (ask, facts) = (self.ask(lead), self.facts(lead));
        let now = self.context.now.ns();
        let near = |sort| self.surroundings.nearest(self.inbox.terms_of(lead.0), sort).to_owned();
        let at = || {
            let deadline = Timestamp::from_ns_saturating(facts.deadline_ns);
            LocalTime::of(deadline, self.context.now, self.context.utc_offset_s)
        };
        let hours = |ns| (days(now, ns) * 24.0) as u32;
        let reason = |of: &Ask| of.reason.clone().unwrap_or_else(|| Reason::Other(String::new()));
        match feature {
            Feature::Base => Phrase::Base,
            Feature::NearTask => Phrase::NearTask { name: near(Sort::Task) },
            Feature::NearWindow => Phrase::NearWindow { name: near(Sort::Window) },
            Feature::NearCalendar => Phrase::NearCalendar { name: near(Sort::Calendar) },
            Feature::NearAnswered => Phrase::NearAnswered { name: near(Sort::Answered) },
            Feature::NearContext => Phrase::NearContext,
            Feature::Source => Phrase::Source { name: ask.source.clone() },
            Feature::Sender => {
                let name = ask.sender.clone().unwrap_or_default();
                Phrase::Sender { pace: self.memory.pace(&name), name }
            }
            Feature::Thread => Phrase::Thread,
            Feature::Kind => Phrase::Kind { kind: ask.kind },
            Feature::ReasonAnswered => Phrase::ReasonAnswered { reason: reason(ask) },
            Feature::Topic => Phrase::Topic { name: ask.topic.clone().unwrap_or_default() },
            Feature::Reason => Phrase::Reason { reason: reason(self.inbox.ask(facts.reason_slot)) },
            Feature::Own => Phrase::Own,
            Feature::Level => Phrase::Level { level: facts.level },
            Feature::UrgentWords => Phrase::UrgentWords,
            Feature::Due => Phrase::Due { at: at() },
            Feature::Overdue => Phrase::Overdue { at: at() },
            Feature::Age => Phrase::Age { hours: hours(facts.created_ns) },
            Feature::Touched if facts.touched_ns == facts.created_ns => {
                Phrase::Age { hours: hours(facts.created_ns) }
            }
            Feature::Touched | Feature::Quiet => Phrase::Touched { hours: hours(facts.touched_ns) },
            Feature::Similar => Phrase::Similar { count: facts.stands_for },
            Feature::Sources => Phrase::Sources { count: facts.sources },
            Feature::Central => Phrase::Central,
            Feature::Popular => Phrase::Popular { count: (self.others_acted(lead).round() as u32).max(1) },
            Feature::Collaborative => Phrase::Collaborative { because: ask.because.clone() },
        }
    }

    pub(super) fn terms(&self, lead: Lead) -> &'a [Term] {
        self.inbox.terms_of(lead.0)
    }

    /// Ids of other asks it stands for, at most so many.
    pub(super) fn others(&self, lead: Lead, most: usize) -> Vec<String> {
        self.inbox.others(lead.0, most).into_iter().map(str::to_owned).collect()
    }

    /// How alike asks are: one held against many.
    pub(super) fn likeness(&self) -> Likeness<'_> {
        self.surroundings.likeness()
    }

    /// Whether it must never be moved down for variety or for trying something out.
    pub(super) fn is_protected(&self, lead: Lead) -> bool {
        self.facts(lead).level >= InterruptionLevel::TimeSensitive
    }
}

/// Days from then to now, 0 where then lies ahead.
fn days(now_ns: i64, then_ns: i64) -> f64 {
    hours(now_ns, then_ns).max(0.0) / 24.0
}

fn hours(now_ns: i64, then_ns: i64) -> f64 {
    now_ns.saturating_sub(then_ns) as f64 / (3_600 * NS_PER_S) as f64
}

fn due(now_ns: i64, deadline_ns: i64) -> f64 {
    if deadline_ns == i64::MAX || deadline_ns < now_ns {
        return 0.0;
    }
    DUE_HALF_H / (DUE_HALF_H - hours(now_ns, deadline_ns))
}

fn overdue(now_ns: i64, deadline_ns: i64) -> f64 {
    if deadline_ns >= now_ns {
        return 0.0;
    }
    OVERDUE_HALF_H / (OVERDUE_HALF_H + hours(now_ns, deadline_ns))
}

/// ln(1 + reactions); most asks have none.
fn popularity(reactions: f32) -> f64 {
    if reactions > 0.0 { f64::from(reactions).ln_1p() } else { 0.0 }
}

/// ln n for n from 1; most asks stand for one.
fn logarithm(count: u32) -> f64 {
    if count <= 1 { 0.0 } else { f64::from(count).ln() }
}
