//! What kind of activity is it? Adds to the data what rules and addresses say.

use super::super::arguments::Arguments;
use super::super::error::Fault;
use super::super::run::Context;
use super::super::value::Value;
use crate::category::TagRules;
use crate::transform;

pub(super) fn split_url_events(_: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    Ok(Value::events(transform::split_url_events(arguments.events()?)))
}

pub(super) fn simplify_window_titles(_: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    let (events, key) = (arguments.events()?, arguments.text()?);
    Ok(Value::events(transform::simplify_window_titles(events, &key)))
}

pub(super) fn categorize(context: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    let mut events = arguments.events()?;
    let pairs = arguments.json()?;
    let rules = context.source.category_rules(&pairs).map_err(|error| arguments.invalid(error))?;
    if let Some(problem) = rules.problems().first() {
        return Err(arguments.invalid(problem));
    }
    transform::try_map_data(&mut events, |data| {
        context.spend(1)?;
        let category =
            rules.try_classify(data).map_err(|problem| Fault::too_expensive(problem.to_string()))?;
        Ok::<_, Fault>(transform::with_list(data, "$category", category.to_vec()))
    })?;
    Ok(Value::events(events))
}

pub(super) fn tag(context: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    let mut events = arguments.events()?;
    let pairs = arguments.json()?;
    let rules = TagRules::from_pairs(&pairs).map_err(|error| arguments.invalid(error))?;
    transform::try_map_data(&mut events, |data| {
        context.spend(1)?;
        let tags = rules.tags_of(data)?.into_iter().map(str::to_owned).collect();
        Ok::<_, Fault>(transform::with_list(data, "$tags", tags))
    })?;
    Ok(Value::events(events))
}
