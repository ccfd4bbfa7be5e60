//! Which number stands for a name? Names of senders, sources and words are kept as numbers that cannot be read back.

/// FNV-1a over the bytes (Fowler, Noll and Vo; draft-eastlake-fnv), its bits then mixed as MurmurHash3 ends: FNV alone
/// leaves the low bits, which choose a bucket, weak.
#[must_use]
pub(super) fn fingerprint(tag: u8, bytes: &[u8]) -> u64 {
    let start = (FNV_OFFSET ^ u64::from(tag)).wrapping_mul(FNV_PRIME);
    let folded = bytes.iter().fold(start, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME));
    mixed(folded)
}

/// The same with another number folded in.
#[must_use]
pub(super) fn joined(one: u64, other: u64) -> u64 {
    mixed(one ^ other.wrapping_mul(FNV_PRIME).rotate_left(32))
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

fn mixed(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fnv_1a_is_that_of_its_authors() {
        // Test vectors of draft-eastlake-fnv, appendix C: FNV-1a 64 of "" and "a".
        let plain = |bytes: &[u8]| {
            bytes.iter().fold(FNV_OFFSET, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
        };
        assert_eq!(plain(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(plain(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(plain(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn the_low_bits_spread() {
        let mut seen = [0_u32; 16];
        for number in 0..1_600_u32 {
            seen[(fingerprint(1, &number.to_le_bytes()) & 15) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| (60..=140).contains(&count)), "{seen:?}");
    }

    #[test]
    fn tags_keep_the_same_name_apart() {
        assert_ne!(fingerprint(1, b"ann"), fingerprint(2, b"ann"));
        assert_ne!(joined(1, 2), joined(2, 1));
    }
}
