//! What was recorded elsewhere, and what becomes of it? Taking recordings in from files.

mod archive;
mod files;

pub use attnd_sense::recording::{
    FileEntry, Files, ImportError, ImportOptions, ImportReport, InMemory, Problems, READERS, TableMap,
    TableMapError, import,
};
pub use files::DiskFiles;
