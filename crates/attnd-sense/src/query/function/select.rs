//! Which events are meant? By the value of a field.

use super::super::arguments::Arguments;
use super::super::error::Fault;
use super::super::run::Context;
use super::super::value::Value;
use crate::pattern::{Case, Pattern};
use crate::transform;

pub(super) fn filter_keyvals(context: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    let (events, key, values) = (arguments.events()?, arguments.text()?, arguments.list()?);
    context.spend_product(events.len(), values.len())?;
    Ok(Value::events(transform::filter_keyvals(events, &key, &values)))
}

pub(super) fn exclude_keyvals(context: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    let (events, key, values) = (arguments.events()?, arguments.text()?, arguments.list()?);
    context.spend_product(events.len(), values.len())?;
    Ok(Value::events(transform::exclude_keyvals(events, &key, &values)))
}

pub(super) fn filter_keyvals_regex(context: &mut Context<'_>, arguments: Arguments) -> Result<Value, Fault> {
    by_pattern(context, arguments, |found| found)
}

pub(super) fn exclude_keyvals_regex(context: &mut Context<'_>, arguments: Arguments) -> Result<Value, Fault> {
    by_pattern(context, arguments, |found| !found)
}

/// Keeps the events for which `keep` holds, told whether the pattern was found.
fn by_pattern(
    context: &mut Context<'_>,
    mut arguments: Arguments,
    keep: fn(bool) -> bool,
) -> Result<Value, Fault> {
    let (events, key, pattern) = (arguments.events()?, arguments.text()?, arguments.text()?);
    let pattern = Pattern::new(&pattern, Case::Sensitive).map_err(|error| arguments.invalid(error))?;
    let kept = transform::retain_where(events, |data| {
        context.spend(1)?;
        transform::has_match(data, &key, &pattern).map(keep).map_err(Fault::from)
    })?;
    Ok(Value::events(kept))
}
