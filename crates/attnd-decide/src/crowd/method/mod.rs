//! Which ways to put answers together are there? One list: a new one is one file and one line here.

pub mod bwa;
pub mod dawid_skene;
pub mod default;
pub mod ebcc;
pub mod glad;
pub mod ibcc;
pub mod mace;
pub mod majority;
pub mod mmsr;
pub mod one_coin;
#[cfg(test)]
pub(crate) mod picture;
pub mod wawa;
pub mod zero_based;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod reference;

use super::aggregator::AggregatorKind;

/// Every way to put answers together, in the order they are listed to people.
pub const AGGREGATORS: &[&AggregatorKind] = &[
    &default::KIND,
    &majority::KIND,
    &wawa::KIND,
    &zero_based::KIND,
    &one_coin::KIND,
    &dawid_skene::KIND,
    &ibcc::KIND,
    &bwa::KIND,
    &ebcc::KIND,
    &glad::KIND,
    &mace::KIND,
    &mmsr::KIND,
];

/// The aggregator of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static AggregatorKind> {
    AGGREGATORS.iter().copied().find(|kind| kind.name == name)
}
