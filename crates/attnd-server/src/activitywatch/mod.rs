//! How do ActivityWatch's watchers, clients and pages reach us? Its interface at `/api/0`, the
//! superset of what its two servers answer.

pub(crate) mod bucket;
pub(crate) mod event;
pub(crate) mod heartbeat;
pub(crate) mod info;
pub(crate) mod query;
pub(crate) mod settings;
pub(crate) mod transfer;
