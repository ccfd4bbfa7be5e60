//! What does a team's past say of each ask to one of them? Everybody's reactions into scores, and what each goes by.

use std::collections::BTreeMap;
use std::num::NonZero;

use super::collaborative::{
    CollaborativeError, CollaborativeFilter, FILTERS, Handled, Interaction, Interactions, Run,
};
use super::inbox::Inbox;
use super::replay::Reaction;
use crate::Seed;

/// What was learnt of who reacts to what.
#[derive(Debug)]
pub struct Team {
    minds: BTreeMap<String, u32>,
    /// Ids of the asks somebody reacted to, in the order of their numbers.
    asks: Vec<String>,
    handled: Interactions,
    filter: Box<dyn CollaborativeFilter>,
}

impl Team {
    /// Learns from reactions in any order; one mind's several to one ask count once.
    ///
    /// # Errors
    /// [`CollaborativeError`] where there are more minds or asks than can be numbered.
    pub fn learn(reactions: &[Reaction], run: Run) -> Result<Self, CollaborativeError> {
        let minds = numbered(reactions.iter().map(|reaction| reaction.mind.as_str()));
        let asks = numbered(reactions.iter().map(|reaction| reaction.ask.as_str()));
        let mut pairs: Vec<(u32, u32)> = reactions
            .iter()
            .map(|reaction| (minds[reaction.mind.as_str()], asks[reaction.ask.as_str()]))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        let each = pairs.into_iter().map(|(mind, thing)| Interaction { mind, thing, weight: 1.0 });
        let handled = Interactions::new(minds.len(), asks.len(), each)?;
        let filter = (FILTERS[0].default)().fit(&handled, run)?;
        Ok(Self {
            minds: minds.into_iter().map(|(name, number)| (name.to_owned(), number)).collect(),
            asks: asks.into_keys().map(str::to_owned).collect(),
            handled,
            filter,
        })
    }

    /// How much each ask that the mind did not react to is for it, in the order of ids: 0 nothing, 1 as much as what it did
    /// react to is on average. Nothing to one who never reacted.
    pub fn recommend(&self, mind: &str) -> impl Iterator<Item = (&str, f64)> {
        let history = self.history(mind);
        let scores = if history.is_empty() { Vec::new() } else { self.filter.scores(history) };
        // How large scores are depends on how much was learnt from; beside those of one's own past they mean the same anywhere.
        let own: f64 = history.iter().map(|one| f64::from(scores[one.thing as usize])).sum();
        let full = own / history.len() as f64;
        let open = |thing: &u32| history.binary_search_by_key(thing, |one| one.thing).is_err();
        (0..).zip(scores).filter(move |(thing, _)| open(thing)).map(move |(thing, score)| {
            let score = if full > 0.0 { (f64::from(score) / full).clamp(0.0, 1.0) } else { 0.0 };
            (self.asks[thing as usize].as_str(), score)
        })
    }

    /// The ask the mind reacted to that speaks most for that one, if any does.
    #[must_use]
    pub fn because(&self, mind: &str, ask: &str) -> Option<&str> {
        let thing = self.asks.binary_search_by(|known| known.as_str().cmp(ask)).ok()?;
        let parts = self.filter.because(self.history(mind), u32::try_from(thing).ok()?);
        let most = parts.into_iter().max_by(|one, other| one.value.total_cmp(&other.value));
        let of = most.filter(|part| part.value > 0.0)?.thing?;
        Some(&self.asks[of as usize])
    }

    fn history(&self, mind: &str) -> &[Handled] {
        self.minds.get(mind).map_or(&[], |&mind| self.handled.of(mind as usize))
    }
}

/// A team whose past grows.
#[derive(Debug, Default)]
pub(super) struct GrowingTeam {
    past: Vec<Reaction>,
    learnt: usize,
    team: Option<Team>,
    /// Ids of the asks spoken for last.
    spoken: Vec<String>,
}

/// A team is learnt anew after so many reactions, and after its past grew by one part in so many.
const NEW_REACTIONS: usize = 20;
const GROWN_PART: usize = 20;

impl GrowingTeam {
    pub(super) fn note(&mut self, reaction: &Reaction) {
        self.past.push(reaction.clone());
    }

    /// Lets what was noted so far speak for what waits, to that mind and nobody else.
    ///
    /// # Errors
    /// As [`Team::learn`].
    pub(super) fn speak(
        &mut self,
        mind: &str,
        inbox: &mut Inbox,
        seed: Seed,
    ) -> Result<(), CollaborativeError> {
        if self.past.len() >= self.learnt + self.learnt / GROWN_PART + NEW_REACTIONS {
            self.team = Some(Team::learn(&self.past, Run { seed, threads: NonZero::<usize>::MIN })?);
            self.learnt = self.past.len();
        }
        self.spoken.drain(..).for_each(|ask| inbox.recommend(&ask, 0.0, None));
        for (ask, score) in self.team.iter().flat_map(|team| team.recommend(mind)) {
            inbox.recommend(ask, score, None);
            self.spoken.push(ask.to_owned());
        }
        Ok(())
    }
}

/// Names numbered in their order.
fn numbered<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, u32> {
    let mut numbers: BTreeMap<&str, u32> = names.map(|name| (name, 0)).collect();
    numbers.values_mut().zip(0..).for_each(|(number, next)| *number = next);
    numbers
}

#[cfg(test)]
mod tests {
    use attnd_core::Timestamp;

    use super::*;
    use crate::rank::ask::Ask;

    const RUN: Run = Run { seed: Seed(1), threads: NonZero::<usize>::MIN };

    /// Two camps of ten, each reacting to most of its own ten asks and to none of the other's.
    fn reactions() -> Vec<Reaction> {
        let mut all = Vec::new();
        for mind in 0..20 {
            for ask in (0..10).filter(|ask| (ask + mind) % 4 > 0) {
                let camp = mind % 2;
                let reaction = Reaction {
                    mind: format!("m{mind:02}"),
                    ask: format!("a{}", camp * 10 + ask),
                    at: Timestamp::MIN,
                };
                all.push(reaction);
            }
        }
        all
    }

    #[test]
    fn what_ones_own_camp_reacts_to_stands_above_what_the_other_does() {
        let team = Team::learn(&reactions(), RUN).unwrap();
        let found: Vec<(&str, f64)> = team.recommend("m00").collect();
        assert_eq!(found.len(), 20 - 7, "what m00 reacted to is left out");
        let (own, others): (Vec<_>, Vec<_>) = found.iter().partition(|(ask, _)| ask.len() == 2);
        let least = own.iter().map(|(_, score)| *score).fold(1.0, f64::min);
        let most = others.iter().map(|(_, score)| *score).fold(0.0, f64::max);
        assert!(least > most + 0.2, "{found:?}");
        assert!(own.iter().all(|(ask, _)| team.because("m00", ask).is_some_and(|of| of.len() == 2)));
    }

    #[test]
    fn a_growing_team_speaks_to_one_mind_at_a_time() {
        let asks = (0..20).map(|ask| Ask::new(format!("a{ask}"), "forum", Timestamp::MIN));
        let mut inbox = Inbox::of(asks).unwrap();
        let mut team = GrowingTeam::default();
        let said = |inbox: &Inbox, ask: &str| inbox.get(ask).unwrap().collaborative;
        team.speak("m00", &mut inbox, Seed(1)).unwrap();
        assert_eq!(said(&inbox, "a4"), None, "nothing is known yet");
        reactions().iter().for_each(|reaction| team.note(reaction));
        team.speak("m00", &mut inbox, Seed(1)).unwrap();
        assert!(said(&inbox, "a4") > Some(0.2) && said(&inbox, "a14") < Some(0.2));
        team.speak("m01", &mut inbox, Seed(1)).unwrap();
        assert!(said(&inbox, "a4") < Some(0.2));
        team.speak("nobody", &mut inbox, Seed(1)).unwrap();
        assert_eq!(said(&inbox, "a4"), Some(0.0));
    }

    #[test]
    fn neither_the_order_of_reactions_nor_repeating_them_matters() {
        let (straight, mut backwards) = (reactions(), reactions());
        backwards.reverse();
        backwards.extend(straight.clone());
        let [one, other] = [straight, backwards].map(|all| Team::learn(&all, RUN).unwrap());
        assert!(one.recommend("m03").eq(other.recommend("m03")));
        assert_eq!(one.because("m03", "a13"), other.because("m03", "a13"));
    }

    #[test]
    fn to_strangers_and_of_nothing_nothing_is_said() {
        assert_eq!(Team::learn(&[], RUN).unwrap().recommend("m00").count(), 0);
        let team = Team::learn(&reactions(), RUN).unwrap();
        assert_eq!(team.recommend("nobody").count(), 0);
        assert_eq!(team.because("nobody", "a1"), None);
        assert_eq!(team.because("m00", "unheard of"), None);
    }
}
