//! How is the audit log kept honest? Each line's hash covers the line before it.
//!
//! The hash of a line is SHA-256 over, in this order:
//!
//! ```text
//! previous line's hash   64 bytes of lower-case hex; 64 zeros before the first line
//! sequence               8 bytes, little-endian
//! at, ns since the epoch 8 bytes, little-endian
//! actor, action, subject each: its length in bytes (8 bytes, little-endian), then its UTF-8
//! ```
//!
//! The lengths keep fields from flowing into each other. Whoever can write the file can also
//! rewrite the whole chain; what it shows is that no line was changed, dropped or slipped in
//! since somebody last noted the newest hash.

use std::fmt::Write as _;

use attnd_core::record::{AuditEntry, AuditLine};
use sha2::{Digest, Sha256};

/// What stands before the first line.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Where a chain of audit lines is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditBreak {
    /// The first line that does not follow from the one before.
    pub sequence: i64,
}

/// The line that follows `previous`, numbered and chained.
#[must_use]
pub(crate) fn next_line(previous: Option<(i64, &str)>, entry: AuditEntry) -> AuditLine {
    let (last_sequence, last_hash) = previous.unwrap_or((0, GENESIS));
    let mut line = AuditLine {
        sequence: last_sequence + 1,
        at: entry.at,
        actor: entry.actor,
        action: entry.action,
        subject: entry.subject,
        hash: String::new(),
    };
    line.hash = hash(last_hash, &line);
    line
}

/// Checks a whole log, from its first line.
///
/// # Errors
/// [`AuditBreak`] at the first line that was changed, or follows one that is missing.
pub fn verify_audit(lines: &[AuditLine]) -> Result<(), AuditBreak> {
    let mut before = (0, GENESIS);
    for line in lines {
        if line.sequence != before.0 + 1 || line.hash != hash(before.1, line) {
            return Err(AuditBreak { sequence: line.sequence });
        }
        before = (line.sequence, &line.hash);
    }
    Ok(())
}

fn hash(previous: &str, line: &AuditLine) -> String {
    let mut digest = Sha256::new();
    digest.update(previous.as_bytes());
    digest.update(line.sequence.to_le_bytes());
    digest.update(line.at.ns().to_le_bytes());
    for field in [&line.actor, &line.action, &line.subject] {
        digest.update((field.len() as u64).to_le_bytes());
        digest.update(field.as_bytes());
    }
    digest.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use attnd_core::Timestamp;

    use super::*;

    fn log() -> Vec<AuditLine> {
        let mut lines: Vec<AuditLine> = Vec::new();
        for subject in ["a", "b", "c"] {
            let entry = AuditEntry {
                at: Timestamp::parse("2024-01-01T10:00:00Z").unwrap(),
                actor: "session".into(),
                action: "token.create".into(),
                subject: subject.into(),
            };
            let line = next_line(lines.last().map(|l| (l.sequence, l.hash.as_str())), entry);
            lines.push(line);
        }
        lines
    }

    #[test]
    fn a_whole_chain_holds() {
        assert_eq!(verify_audit(&log()), Ok(()));
        assert_eq!(verify_audit(&[]), Ok(()));
    }

    #[test]
    fn a_changed_dropped_or_moved_field_breaks_it() {
        let mut changed = log();
        changed[1].subject = "x".into();
        assert_eq!(verify_audit(&changed), Err(AuditBreak { sequence: 2 }));
        let mut dropped = log();
        dropped.remove(1);
        assert_eq!(verify_audit(&dropped), Err(AuditBreak { sequence: 3 }));
        let mut moved = log();
        moved[2].action = "token.creat".into();
        moved[2].subject = "ec".into();
        assert_eq!(verify_audit(&moved), Err(AuditBreak { sequence: 3 }));
    }
}
