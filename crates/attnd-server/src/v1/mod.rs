//! What does attnd offer beyond ActivityWatch? Its own interface at `/api/v1`.

pub(crate) mod activity;
pub(crate) mod answer;
pub(crate) mod audit;
pub(crate) mod category;
pub(crate) mod consent;
pub(crate) mod erasure;
pub(crate) mod error;
pub(crate) mod estimate;
pub(crate) mod export;
pub(crate) mod flow;
pub(crate) mod live;
pub(crate) mod measure;
pub(crate) mod pairing;
pub(crate) mod pause;
pub(crate) mod probe;
pub(crate) mod recording;
pub(crate) mod redaction;
pub(crate) mod report;
pub(crate) mod retention;
pub(crate) mod rule;
pub(crate) mod session;
pub(crate) mod timeline;
pub(crate) mod token;
pub(crate) mod understanding;
