//! How are secrets made and compared? Tokens of 256 random bits, kept only as SHA-256.

use attnd_core::{ErrorCode, Problem};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// SHA-256 of a secret, in hexadecimal.
pub(crate) fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Whether two digests are equal, in time that does not depend on where they differ.
pub(crate) fn same(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

/// A new secret: `prefix` and 256 random bits in hexadecimal.
///
/// # Errors
/// [`ErrorCode::Internal`] when the system gives no random bits.
pub(crate) fn fresh(prefix: &str) -> Result<String, Problem> {
    let mut bits = [0_u8; 32];
    getrandom::fill(&mut bits)
        .map_err(|error| Problem::new(ErrorCode::Internal, format!("no random numbers: {error}")))?;
    Ok(format!("{prefix}{}", hex(&bits)))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_sha256() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(same(&digest("a"), &digest("a")) && !same(&digest("a"), &digest("b")));
    }

    #[test]
    fn secrets_have_256_bits_and_differ() {
        let (a, b) = (fresh("attnd_").unwrap(), fresh("attnd_").unwrap());
        assert_eq!(a.len(), "attnd_".len() + 64);
        assert_ne!(a, b);
    }
}
