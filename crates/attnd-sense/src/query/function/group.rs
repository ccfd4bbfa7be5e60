//! How much altogether, and in which order?

use super::super::arguments::Arguments;
use super::super::error::Fault;
use super::super::number::Number;
use super::super::run::Context;
use super::super::value::Value;
use crate::transform;

pub(super) fn merge_events_by_keys(
    context: &mut Context<'_>,
    mut arguments: Arguments,
) -> Result<Value, Fault> {
    let (events, keys) = (arguments.events()?, arguments.texts()?);
    context.spend_product(events.len(), keys.len())?;
    Ok(Value::events(transform::merge_events_by_keys(events, &keys)))
}

pub(super) fn chunk_events_by_key(_: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    let (events, key) = (arguments.events()?, arguments.text()?);
    Ok(Value::events(transform::chunk_events_by_key(events, &key)))
}

pub(super) fn sort_by_duration(_: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    Ok(Value::events(transform::sort_by_duration(arguments.events()?)))
}

pub(super) fn sort_by_timestamp(_: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    Ok(Value::events(transform::sort_by_timestamp(arguments.events()?)))
}

pub(super) fn limit_events(_: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    let events = arguments.shared_events()?;
    let count = arguments.count()?;
    // A short copy is cheaper than making a long shared list ours.
    Ok(Value::events(events.iter().take(count).cloned().collect()))
}

pub(super) fn concat(_: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    Ok(Value::events(transform::concat(arguments.events()?, arguments.events()?)))
}

/// To the millisecond, as ActivityWatch has it.
pub(super) fn sum_durations(_: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    const NS_PER_MS: i64 = 1_000_000;
    let sum_ms = transform::sum_durations(&arguments.shared_events()?).ns() / NS_PER_MS;
    Ok(Value::Number(Number::Real(sum_ms as f64 / 1_000.0)))
}
