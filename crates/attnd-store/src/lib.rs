//! Where is it kept? The [`Store`](attnd_core::store::Store) contract on SQLite, and in memory
//! as the reference.
//!
//! Nothing is acknowledged before it is durable, and every statement names the person whose rows
//! it touches. This is the only crate that knows SQL, and the only one that knows Parquet.

mod audit_chain;
mod event_id;
mod memory;
mod recordings;
mod sqlite;
mod touched;

pub use audit_chain::{AuditBreak, verify_audit};
pub use memory::MemoryStore;
pub use recordings::{MemoryRecordings, ParquetRecordings};
pub use sqlite::{Access, Durability, OpenReport, Repair, SqliteConfig, SqliteStore};
