//! What can be made of a list of events? Pure functions over events, one idea per file.
//!
//! They mean what ActivityWatch's functions of the same name mean; where its two servers differ,
//! the Rust server is followed and the difference is said. Every function is at worst
//! `n log n` in the events it reads and writes.

mod chunk;
mod cover;
mod filter;
mod flood;
mod intersect;
mod label;
mod merge;
mod order;
mod per_data;
mod title;
mod union;
mod url_parts;

#[cfg(test)]
pub(crate) mod example;

pub use chunk::chunk_events_by_key;
pub use cover::{Touching, cover};
pub use filter::{exclude_keyvals, exclude_keyvals_regex, filter_keyvals, filter_keyvals_regex};
pub use flood::{FLOOD_GAP, flood, flood_within};
pub use intersect::{TooMany, filter_period_intersect, intersect_at_most};
pub use label::{categorize, tag};
pub use merge::merge_events_by_keys;
pub use order::{concat, limit_events, sort_by_duration, sort_by_timestamp, sum_durations};
pub use per_data::{PerData, map_data, try_map_data};
pub use title::{simplified_title, simplify_window_titles};
pub use union::{period_union, union_no_overlap, union_no_overlap_at_most};
pub use url_parts::split_url_events;

pub(crate) use filter::{has_match, retain_where};
pub(crate) use label::with_list;
