//! What is known of an ask when someone is to take it?

use attnd_core::Timestamp;

/// An ask that wants a mind to take it.
#[derive(Clone, Debug, PartialEq)]
pub struct RoutingAsk {
    /// When it is to be taken.
    pub at: Timestamp,
    /// Who asks; never a candidate for their own ask.
    pub author: String,
    /// The running number its source gave it when it was opened, if it gives one: it tells how long the ask has waited.
    pub number: Option<u64>,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub text: String,
    /// What it is about: places in a tree, with `/` between the levels; `old => new` is read as `new`.
    pub paths: Vec<String>,
    /// How many places it is about in all; paths may be only some of them.
    pub places: u32,
    /// How much it is: lines changed, or what else its source counts.
    pub amount: f64,
}

impl RoutingAsk {
    /// An ask of which nothing is known but who asks, and when.
    #[must_use]
    pub fn new(at: Timestamp, author: impl Into<String>) -> Self {
        Self {
            at,
            author: author.into(),
            number: None,
            title: String::new(),
            text: String::new(),
            paths: Vec::new(),
            places: 0,
            amount: 0.0,
        }
    }
}

/// An ask and the mind that took it.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The ask.
    pub ask: RoutingAsk,
    /// Who took it.
    pub mind: String,
}
