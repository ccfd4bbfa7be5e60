//! How do moments and whole numbers travel? As JSON Schema means them, not only as Rust writes them.

use serde::de::{self, Deserialize, Deserializer};
use utoipa::ToSchema;

/// RFC 3339 with any offset, in the years 1678 to 2261.
#[derive(ToSchema)]
#[schema(
    value_type = String,
    format = DateTime,
    pattern = "^(16(7[89]|[89][0-9])|1[7-9][0-9]{2}|2[01][0-9]{2}|22([0-5][0-9]|6[01]))-"
)]
#[expect(dead_code, reason = "tells the OpenAPI document which moments core's Timestamp holds")]
pub(crate) struct Moment(String);

/// A whole number, also written `5.0`: to JSON Schema both are the same integer.
///
/// # Errors
/// Of the deserializer, for anything else.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = f64::deserialize(deserializer)?;
    if number.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(&number) {
        return Err(de::Error::custom(format!("{number} is no whole number from 0 to {}", u32::MAX)));
    }
    Ok(number as u32)
}

/// The same where it may be missing.
///
/// # Errors
/// Of the deserializer, for anything else.
pub(crate) fn whole_if_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    #[derive(serde::Deserialize)]
    struct Whole(#[serde(deserialize_with = "whole")] u32);
    Ok(Option::<Whole>::deserialize(deserializer)?.map(|Whole(number)| number))
}

/// A whole number with a sign, also written `5.0`, where it may be missing.
///
/// # Errors
/// Of the deserializer, for anything else.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let Some(number) = Option::<serde_json::Number>::deserialize(deserializer)? else { return Ok(None) };
    // Beyond 2^53 a float does not say which whole number it means.
    let exact = |float: &f64| float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0;
    let whole = number.as_i64().or_else(|| number.as_f64().filter(exact).map(|float| float as i64));
    whole.map(Some).ok_or_else(|| de::Error::custom(format!("{number} is no 64-bit integer")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_what_they_are() {
        let read = |text: &str| number(&mut serde_json::Deserializer::from_str(text)).ok();
        assert_eq!((read("-5"), read("5.0"), read("null")), (Some(Some(-5)), Some(Some(5)), Some(None)));
        assert_eq!(read("9223372036854775807"), Some(Some(i64::MAX)));
        for bad in ["9223372036854775808", "1e300", "0.5", "\"5\""] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn five_point_zero_is_five() {
        let read = |text: &str| whole_if_any(&mut serde_json::Deserializer::from_str(text)).ok();
        assert_eq!((read("5"), read("5.0"), read("null")), (Some(Some(5)), Some(Some(5)), Some(None)));
        for bad in ["5.5", "-1", "4294967296", "\"5\"", "[5]"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
