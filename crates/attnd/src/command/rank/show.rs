//! `attnd rank show`: in which order, with which share of attention, and why?

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::path::Path;
use std::time::Instant;

use attnd_core::{ErrorCode, Problem};
use attnd_decide::Seed;
use attnd_decide::rank::{
    self, Answered, Ask, Context, Example, Feedback, Inbox, Memory, Moment, Options, Ranker, Reaction, Slate,
    Team, arrange, collaborative,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{many, one, refused};
use crate::cli::RankShow;
use crate::output::Output;
use crate::words::Language;

/// An earlier ask and what was done with it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Handled {
    ask: Ask,
    feedback: Vec<Feedback>,
}

/// Weights are learnt from the last so many reactions: older ones have faded, and each takes a millisecond.
const REACTIONS_WEIGHED: usize = 1_000;
/// How many of them are what the person handled last.
const ANSWERED_KEPT: usize = 10;

pub(super) fn run(options: &RankShow, output: &Output) -> Result<(), Problem> {
    let kind = rank::ranker(&options.ranker).map_err(|error| refused(&error))?;
    let mut asks: Vec<Ask> = many(&options.asks)?;
    let mut context: Context = one(&options.context)?;
    let mut past = Past { ranker: (kind.make)(), memory: Memory::default(), titles: BTreeMap::new() };
    if let Some(history) = &options.history {
        past.learn(many(history)?, &mut context).map_err(|error| refused(&error))?;
    }
    if let Some(team) = &options.team {
        ask_team(team, &context, &mut asks, &past.titles)?;
    }
    let started = Instant::now();
    let inbox = Inbox::of(asks).map_err(|error| refused(&error))?;
    let placed = started.elapsed();
    let started = Instant::now();
    let moment = Moment::new(&inbox, &context, &past.memory, None).map_err(|error| refused(&error))?;
    let slate = arrange(
        &moment,
        kind.name,
        past.ranker.as_ref(),
        &moment.leads(),
        &layout(options),
        Seed(options.seed),
    )
    .map_err(|error| refused(&error))?;
    let ranked = started.elapsed();
    let mut document = document(&slate, &inbox);
    document["took"] = json!({"placing_s": placed.as_secs_f64(), "ranking_s": ranked.as_secs_f64()});
    output.answer(&document, |_| text(&slate, &inbox, output.language))
}

/// Lets a team's reactions speak for the asks that do not say already what a recommender says of them.
fn ask_team(
    file: &Path,
    context: &Context,
    asks: &mut [Ask],
    handled: &BTreeMap<String, String>,
) -> Result<(), Problem> {
    let undecidable = |detail: String| Problem::new(ErrorCode::Undecidable, detail);
    let Some(mind) = &context.mind else {
        return Err(undecidable(
            "--team needs to know who looks: name them as 'mind' in the context".to_owned(),
        ));
    };
    let reactions: Vec<Reaction> = many(file)?;
    if let Some(ahead) = reactions.iter().find(|reaction| reaction.at > context.now) {
        let (ask, at, now) = (&ahead.ask, ahead.at, context.now);
        return Err(undecidable(format!(
            "the reaction of '{}' to '{ask}' at {at} lies after now, {now}; check the clock of what recorded it",
            ahead.mind
        )));
    }
    let run = collaborative::Run { seed: Seed(1), threads: NonZero::<usize>::MIN };
    let team = Team::learn(&reactions, run).map_err(|error| undecidable(error.to_string()))?;
    let open: BTreeSet<&str> = asks.iter().map(|ask| ask.id.as_str()).collect();
    let said: BTreeMap<String, f64> = team
        .recommend(mind)
        .filter(|(ask, _)| open.contains(ask))
        .map(|(ask, score)| (ask.to_owned(), score))
        .collect();
    for ask in asks.iter_mut().filter(|ask| ask.collaborative.is_none()) {
        let Some(&score) = said.get(&ask.id) else { continue };
        ask.collaborative = Some(score);
        let title = |id: &str| handled.get(id).filter(|title| !title.is_empty()).cloned();
        ask.because = team.because(mind, &ask.id).map(|id| title(id).unwrap_or_else(|| id.to_owned()));
    }
    Ok(())
}

fn layout(options: &RankShow) -> Options {
    let usual = Options { budget: options.budget, ..Options::default() };
    Options {
        variety: options.variety.unwrap_or(usual.variety),
        exploration: options.exploration.unwrap_or(usual.exploration),
        ..usual
    }
}

/// What was learnt of the person.
struct Past {
    ranker: Box<dyn Ranker>,
    memory: Memory,
    /// The title of each ask that was handled, by its id.
    titles: BTreeMap<String, String>,
}

impl Past {
    /// Takes in what was done before, in order of time; what was handled last surrounds the person, unless the context says.
    fn learn(&mut self, handled: Vec<Handled>, context: &mut Context) -> Result<(), rank::RankError> {
        let mut asks = BTreeMap::new();
        let mut lessons = Vec::new();
        for Handled { ask, feedback } in handled {
            for one in feedback {
                one.check(&ask, context.now)?;
                lessons.push(one);
            }
            if asks.insert(ask.id.clone(), ask.clone()).is_some_and(|before| before != ask) {
                return Err(rank::RankError::SameId { ask: ask.id });
            }
        }
        lessons.sort_by(|one, other| (one.at, &one.ask).cmp(&(other.at, &other.ask)));
        self.titles = asks.values().map(|ask: &Ask| (ask.id.clone(), ask.title.clone())).collect();
        let inbox = Inbox::of(asks.into_values())?;
        let weighed = lessons.len().saturating_sub(REACTIONS_WEIGHED);
        let mut answered: Vec<Answered> = Vec::new();
        for (number, feedback) in lessons.iter().enumerate() {
            let Some(ask) = inbox.get(&feedback.ask) else { continue };
            if number >= weighed {
                let then = Context {
                    now: feedback.at,
                    answered: answered.clone(),
                    calendar: Vec::new(),
                    task: None,
                    window: None,
                    ..context.clone()
                };
                let moment = Moment::new(&inbox, &then, &self.memory, None)?;
                if let (Some(lead), Some(lesson)) = (moment.exactly(&feedback.ask), feedback.lesson()) {
                    self.ranker.learn(&moment, &Example::Reacted { lead, lesson });
                }
            }
            self.memory.learn(ask, feedback);
            if feedback.lesson().is_some_and(|lesson| lesson.worth > 0.5) {
                answered.insert(
                    0,
                    Answered { title: ask.title.clone(), text: ask.text.clone(), at: feedback.at },
                );
                answered.truncate(ANSWERED_KEPT);
            }
        }
        if context.answered.is_empty() {
            context.answered = answered;
        }
        Ok(())
    }
}

fn document(slate: &Slate, inbox: &Inbox) -> Value {
    let mut document = json!(slate);
    for (place, value) in slate.places.iter().zip(document["places"].as_array_mut().into_iter().flatten()) {
        value["title"] = json!(inbox.get(&place.ask).map(|ask| &ask.title));
        value["explanation"]["words"] = json!({
            "en": place.explanation.words(rank::Language::English),
            "zh": place.explanation.words(rank::Language::Chinese),
        });
    }
    document
}

fn text(slate: &Slate, inbox: &Inbox, language: Language) -> String {
    let spoken = match language {
        Language::English => rank::Language::English,
        Language::Chinese => rank::Language::Chinese,
    };
    if slate.asks == 0 {
        return language.pick("Nothing asks for attention.\n", "没有待注意的事项。\n").to_owned();
    }
    let mut text = match language {
        Language::English => format!("{} asks wait, {} of them distinct.\n", slate.asks, slate.distinct),
        Language::Chinese => {
            format!("共有 {} 条待注意事项，其中 {} 条互不相同。\n", slate.asks, slate.distinct)
        }
    };
    for (number, place) in slate.places.iter().enumerate() {
        let title = inbox.get(&place.ask).map(|ask| plain(&ask.title)).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| place.ask.clone());
        text += &format!("{:>3}. {title}  {:.0} %\n", number + 1, place.share * 100.0);
        let words = plain(&place.explanation.words(spoken));
        if !words.is_empty() {
            text += &format!("     {words}\n");
        }
    }
    text
}

/// Without line breaks and what steers a terminal: titles come from strangers.
fn plain(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
