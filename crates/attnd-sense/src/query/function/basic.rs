//! What is in a list, and what does nothing?

use super::super::arguments::Arguments;
use super::super::error::Fault;
use super::super::number::Number;
use super::super::run::Context;
use super::super::value::Value;

pub(super) fn contains(_: &mut Context<'_>, mut arguments: Arguments) -> Result<Value, Fault> {
    let list = arguments.value();
    if !matches!(list, Value::List(_) | Value::Dict(_)) {
        return Err(arguments.wrong("must be a list or a dictionary", &list));
    }
    let item = arguments.value();
    Ok(Value::Bool(match (&list, &item) {
        (Value::List(list), item) => list.items().contains(item),
        (Value::Dict(dict), Value::Text(key)) => dict.entries().contains_key(&**key),
        _ => false,
    }))
}

pub(super) fn print(_: &mut Context<'_>, _: Arguments) -> Result<Value, Fault> {
    Ok(Value::Null)
}

pub(super) fn nop(_: &mut Context<'_>, _: Arguments) -> Result<Value, Fault> {
    Ok(Value::Number(Number::Whole(1)))
}
