//! Which functions can a query call? One table; a new function is one line here and one below.

mod basic;
mod bucket;
mod group;
mod label;
mod period;
mod select;

use super::arguments::Arguments;
use super::error::Fault;
use super::run::Context;
use super::value::Value;

/// A function of the query language.
pub struct Function {
    /// How queries call it.
    pub name: &'static str,
    /// What its arguments are, in order.
    pub parameters: &'static [&'static str],
    /// What it does, in a line.
    pub summary: &'static str,
    pub(super) arity: Arity,
    pub(super) call: Call,
}

/// How many arguments a function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arity {
    /// All its parameters.
    All,
    /// So many of the last ones may be left out.
    Optional(usize),
    /// Any number.
    Any,
}

type Call = fn(&mut Context<'_>, Arguments) -> Result<Value, Fault>;

const fn function(
    name: &'static str,
    parameters: &'static [&'static str],
    call: Call,
    summary: &'static str,
) -> Function {
    Function { name, parameters, summary, arity: Arity::All, call }
}

impl Function {
    const fn with(mut self, arity: Arity) -> Self {
        self.arity = arity;
        self
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}({})", self.name, self.parameters.join(", "))
    }
}

/// The function queries call `name`.
pub(super) fn named(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// Every function, in the order the manual has them.
pub static FUNCTIONS: &[Function] = &[
    function(
        "query_bucket",
        &["id"],
        bucket::query_bucket,
        "events of the bucket in the period, newest first",
    ),
    function("query_bucket_names", &[], bucket::query_bucket_names, "ids of all buckets"),
    function(
        "query_bucket_eventcount",
        &["id"],
        bucket::query_bucket_eventcount,
        "number of events of the bucket in the period",
    ),
    function(
        "find_bucket",
        &["prefix", "hostname"],
        bucket::find_bucket,
        "id of the bucket so called, or whose id begins so, or contains it",
    )
    .with(Arity::Optional(1)),
    function("flood", &["events"], period::flood, "closes gaps shorter than 5 s"),
    function(
        "filter_period_intersect",
        &["events", "filter"],
        period::filter_period_intersect,
        "the parts of events within any event of filter",
    ),
    function("period_union", &["a", "b"], period::period_union, "the time of either, without data"),
    function("union_no_overlap", &["a", "b"], period::union_no_overlap, "all of a, and b where a is silent"),
    function(
        "filter_keyvals",
        &["events", "key", "values"],
        select::filter_keyvals,
        "events whose key has one of the values",
    ),
    function(
        "exclude_keyvals",
        &["events", "key", "values"],
        select::exclude_keyvals,
        "events whose key has none of the values",
    ),
    function(
        "filter_keyvals_regex",
        &["events", "key", "regex"],
        select::filter_keyvals_regex,
        "events in whose key the regex is found",
    ),
    function(
        "exclude_keyvals_regex",
        &["events", "key", "regex"],
        select::exclude_keyvals_regex,
        "events in whose key the regex is not found",
    ),
    function(
        "merge_events_by_keys",
        &["events", "keys"],
        group::merge_events_by_keys,
        "one event per combination of the keys' values, durations summed",
    ),
    function(
        "chunk_events_by_key",
        &["events", "key"],
        group::chunk_events_by_key,
        "one event per run of equal values, durations summed",
    ),
    function("sort_by_duration", &["events"], group::sort_by_duration, "longest first"),
    function("sort_by_timestamp", &["events"], group::sort_by_timestamp, "earliest first"),
    function("limit_events", &["events", "count"], group::limit_events, "the first events, so many"),
    function("concat", &["a", "b"], group::concat, "the events of a, then those of b"),
    function("sum_durations", &["events"], group::sum_durations, "seconds of all events together"),
    function(
        "split_url_events",
        &["events"],
        label::split_url_events,
        "adds the parts of url: $domain and others",
    ),
    function(
        "simplify_window_titles",
        &["events", "key"],
        label::simplify_window_titles,
        "removes counters and marks from titles",
    ),
    function("categorize", &["events", "rules"], label::categorize, "adds $category by the rules"),
    function("tag", &["events", "rules"], label::tag, "adds $tags by the rules"),
    function(
        "contains",
        &["list", "item"],
        basic::contains,
        "whether the list has the item, or the dictionary the key",
    ),
    function("print", &[], basic::print, "nothing: a query has nowhere to print to").with(Arity::Any),
    function("nop", &[], basic::nop, "1"),
];
