//! Which ways to put answers together are there? One list: a new one is one file and one line here.

pub mod ebcc;
pub mod majority;
#[cfg(test)]
pub(crate) mod picture;

use super::aggregator::AggregatorKind;

/// Every way to put answers together, in the order they are listed to people.
pub const AGGREGATORS: &[&AggregatorKind] = &[&majority::KIND, &ebcc::KIND];

/// The aggregator of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static AggregatorKind> {
    AGGREGATORS.iter().copied().find(|kind| kind.name == name)
}
