//! When was it, and when was it so as well?

use super::super::arguments::Arguments;
use super::super::error::Fault;
use super::super::run::Context;
use super::super::value::Value;
use crate::transform;

pub(super) fn flood(_: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    Ok(Value::events(transform::flood(arguments.events()?)))
}

pub(super) fn filter_period_intersect(
    context: &mut Context<'_>,
    mut arguments: Arguments,
) -> Result<Value, Fault> {
    let events = arguments.events()?;
    let filter = arguments.shared_events()?;
    Ok(Value::events(transform::intersect_at_most(events, &filter, context.most_events())?))
}

pub(super) fn period_union(_: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    Ok(Value::events(transform::period_union(arguments.events()?, arguments.events()?)))
}

pub(super) fn union_no_overlap(context: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    let (first, second) = (arguments.events()?, arguments.events()?);
    Ok(Value::events(transform::union_no_overlap_at_most(first, second, context.most_events())?))
}
