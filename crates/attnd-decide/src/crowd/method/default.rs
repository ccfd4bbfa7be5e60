//! Which method, where nobody says? A panel of methods that assume different things, chosen by evidence.

use crate::crowd::aggregator::{Aggregator, AggregatorKind, CrowdError, Run};
use crate::crowd::answers::{Answers, Gold};
use crate::crowd::choose::choose;
use crate::crowd::consensus::Consensus;

/// In the list.
pub const KIND: AggregatorKind = AggregatorKind {
    name: "default",
    about: "a panel of methods, less those that answers held out speak against; one of all where gold says so",
    make: || Box::new(Default),
};

/// See [`crate::crowd::choose`] for the rule.
#[derive(Clone, Copy, Debug)]
pub struct Default;

impl Aggregator for Default {
    fn aggregate(&self, answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Consensus, CrowdError> {
        choose(answers, gold, run)
    }
}
