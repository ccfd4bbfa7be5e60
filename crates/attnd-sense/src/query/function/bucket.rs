//! Which bucket, and what is in it?

use attnd_core::BucketId;

use super::super::arguments::Arguments;
use super::super::error::Fault;
use super::super::number::Number;
use super::super::run::Context;
use super::super::value::Value;

pub(super) fn query_bucket(context: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    let id = bucket(context, &mut arguments)?;
    Ok(Value::events(context.source.events(&id, context.period)?))
}

pub(super) fn query_bucket_eventcount(
    context: &mut Context<'_>,
    mut arguments: Arguments,
) -> Result<Value, Fault> {
    let id = bucket(context, &mut arguments)?;
    let count = context.source.count(&id, context.period)?;
    Ok(Value::Number(Number::Whole(i64::try_from(count).unwrap_or(i64::MAX))))
}

pub(super) fn query_bucket_names(context: &mut Context<'_>, _: Arguments) -> Result<Value, Fault> {
    Value::list(context.buckets()?.iter().map(|bucket| Value::Text(bucket.id.as_str().into())).collect())
}

/// Prefers the id itself to one that begins so (the Rust server) to one that contains it (the
/// Python server); among equals the first by name.
pub(super) fn find_bucket(context: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    let wanted = arguments.text()?;
    let hostname = arguments.optional_text()?;
    let candidates: Vec<&str> = context
        .buckets()?
        .iter()
        .filter(|bucket| hostname.as_deref().is_none_or(|hostname| bucket.hostname == hostname))
        .map(|bucket| bucket.id.as_str())
        .collect();
    let preferences: [&dyn Fn(&&&str) -> bool; 3] =
        [&|id| **id == &*wanted, &|id| id.starts_with(&*wanted), &|id| id.contains(&*wanted)];
    match preferences.iter().find_map(|preferred| candidates.iter().find(preferred)) {
        Some(id) => Ok(Value::Text((*id).into())),
        None => Err(Fault::function(match hostname {
            None => format!("find_bucket: there is no bucket whose id begins with or contains '{wanted}'"),
            Some(hostname) => format!(
                "find_bucket: there is no bucket of the host '{hostname}' whose id begins with or contains '{wanted}'"
            ),
        })),
    }
}

/// The bucket named by the next argument, which must exist.
fn bucket(context: &mut Context<'_>, arguments: &mut Arguments) -> Result<BucketId, Fault> {
    let name = arguments.text()?;
    let found = context.buckets()?.iter().find(|bucket| bucket.id.as_str() == &*name);
    found
        .map(|bucket| bucket.id.clone())
        .ok_or_else(|| arguments.invalid(format_args!("there is no bucket named '{name}'")))
}
