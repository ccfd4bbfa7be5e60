//! What travels? The JSON of requests and answers, apart from what attnd thinks with.

pub(crate) mod bucket;
pub(crate) mod event;
pub(crate) mod health;
pub(crate) mod info;
pub(crate) mod param;
pub(crate) mod query;
pub(crate) mod reply;
pub(crate) mod transfer;
