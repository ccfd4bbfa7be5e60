//! What does an answer change? The learner of each aspect, kept up to date.

use std::sync::Arc;

use attnd_core::{PersonId, Problem, TimeRange};
use jiff::tz::TimeZone;

use super::{Aspect, Card, Evident, Learned, Limit, PersonAnswer, Understanding, source};
use crate::{Engine, Happening};

impl Engine {
    /// Everything attnd knows of how it understands the person.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn understanding(self: &Arc<Self>, person: PersonId) -> Result<Understanding, Problem> {
        let answers = self.answers(person).await?;
        let sources = self.reading(move |store| source::consents_of(store, person)).await?;
        Ok(Understanding {
            focus: learned(Aspect::Focus, &answers),
            load: learned(Aspect::Load, &answers),
            sources,
            answers: u32::try_from(answers.len()).unwrap_or(u32::MAX),
            unreadable: Vec::new(),
        })
    }

    /// What is known of `about` now.
    pub(crate) async fn evident(
        self: &Arc<Self>,
        _person: PersonId,
        _about: TimeRange,
        _zone: &TimeZone,
    ) -> Result<Evident, Problem> {
        Ok(Evident::default())
    }

    /// Learns from an answer just given.
    pub(crate) async fn learn_from(
        self: &Arc<Self>,
        person: PersonId,
        _answer: &PersonAnswer,
    ) -> Result<(), Problem> {
        self.learn_again(person).await
    }

    /// Learns anew from all answers there are.
    pub(crate) async fn learn_again(self: &Arc<Self>, person: PersonId) -> Result<(), Problem> {
        self.tell(Happening::Answers { person });
        Ok(())
    }
}

fn learned(aspect: Aspect, answers: &[PersonAnswer]) -> Learned {
    let said: Vec<bool> =
        answers.iter().filter_map(|answer| aspect.of(&answer.instrument.scale(), answer.value())).collect();
    Learned {
        aspect,
        answers: u32::try_from(said.len()).unwrap_or(u32::MAX),
        yes: u32::try_from(said.iter().filter(|yes| **yes).count()).unwrap_or(u32::MAX),
        corrections: 0,
        used: None,
        version: 0,
        card: Card {
            estimator: "rules".to_owned(),
            features: Vec::new(),
            learnt_from: None,
            fitted: None,
            data_hash: String::new(),
            seed: 0,
            split: String::new(),
            ours: None,
            rules: None,
            base_rate: None,
            limits: vec![Limit::FewAnswers, Limit::NoPhysiology, Limit::OnePerson, Limit::SelfReport],
        },
        curve: Vec::new(),
        calibration: Vec::new(),
        ladder: Vec::new(),
        changes: Vec::new(),
        coverage: None,
    }
}
