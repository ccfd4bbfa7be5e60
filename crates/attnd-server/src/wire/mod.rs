//! What travels? The JSON of requests and answers, apart from what attnd thinks with.

pub(crate) mod activity;
pub(crate) mod audit;
pub(crate) mod bucket;
pub(crate) mod category;
pub(crate) mod consent;
pub(crate) mod erasure;
pub(crate) mod error;
pub(crate) mod event;
pub(crate) mod flow;
pub(crate) mod health;
pub(crate) mod info;
pub(crate) mod measure;
pub(crate) mod pairing;
pub(crate) mod param;
pub(crate) mod pause;
pub(crate) mod query;
pub(crate) mod redaction;
pub(crate) mod reply;
pub(crate) mod report;
pub(crate) mod retention;
pub(crate) mod rule;
pub(crate) mod scalar;
pub(crate) mod session;
pub(crate) mod timeline;
pub(crate) mod token;
pub(crate) mod transfer;
