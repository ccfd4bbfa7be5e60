//! What do numbers do? Whole ones stay whole where they can.

use serde::{Serialize, Serializer};

use super::error::Fault;
use super::syntax::Operator;

/// A number: whole as long as it was written and computed so. `1 == 1.0`.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// Printed `5`.
    Whole(i64),
    /// Printed `5.0`; never NaN or infinite.
    Real(f64),
}

impl Number {
    /// Reads what the lexer found to be digits.
    pub(super) fn parse(digits: &str) -> Option<Self> {
        if let Ok(whole) = digits.parse() {
            return Some(Self::Whole(whole));
        }
        digits.parse().ok().filter(|real: &f64| real.is_finite()).map(Self::Real)
    }

    /// The number as a real one.
    #[must_use]
    pub const fn as_f64(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Real(real) => real,
        }
    }

    /// The number as a count: whole (perhaps written `3.0`) and not negative.
    pub(super) fn as_count(self) -> Option<usize> {
        match self {
            Self::Whole(whole) => usize::try_from(whole).ok(),
            Self::Real(real) if real >= 0.0 && real.fract() == 0.0 && real < 9e15 => Some(real as usize),
            Self::Real(_) => None,
        }
    }

    /// `-self`.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Whole(whole) => whole.checked_neg().map_or(Self::Real(-(whole as f64)), Self::Whole),
            Self::Real(real) => Self::Real(-real),
        }
    }

    /// `self operator other`. Whole numbers give a whole result unless it is too large or the
    /// operator divides.
    pub(super) fn compute(self, operator: Operator, other: Self) -> Result<Self, Fault> {
        if let (Self::Whole(a), Self::Whole(b)) = (self, other) {
            let whole = match operator {
                Operator::Add => a.checked_add(b),
                Operator::Subtract => a.checked_sub(b),
                Operator::Multiply => a.checked_mul(b),
                Operator::Remainder => a.checked_rem(b),
                Operator::Divide | Operator::Equal => None,
            };
            if let Some(whole) = whole {
                return Ok(Self::Whole(whole));
            }
        }
        let (a, b) = (self.as_f64(), other.as_f64());
        let real = match operator {
            Operator::Add => a + b,
            Operator::Subtract => a - b,
            Operator::Multiply => a * b,
            Operator::Divide | Operator::Remainder if b == 0.0 => {
                return Err(Fault::interpret("division by zero"));
            }
            Operator::Divide => a / b,
            Operator::Remainder => a % b,
            Operator::Equal => f64::from(u8::from(a == b)),
        };
        if !real.is_finite() {
            return Err(Fault::interpret("the result is too large a number"));
        }
        Ok(Self::Real(real))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => a == b,
            (a, b) => a.as_f64() == b.as_f64(),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole(whole) => serializer.serialize_i64(*whole),
            Self::Real(real) => serializer.serialize_f64(*real),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_stay_whole_while_they_can() {
        let compute =
            |a, operator, b| serde_json::to_string(&Number::compute(a, operator, b).unwrap()).unwrap();
        use Number::{Real, Whole};
        assert_eq!(compute(Whole(2), Operator::Add, Whole(3)), "5");
        assert_eq!(compute(Whole(7), Operator::Remainder, Whole(4)), "3");
        assert_eq!(compute(Whole(6), Operator::Divide, Whole(3)), "2.0");
        assert_eq!(compute(Whole(2), Operator::Multiply, Real(1.5)), "3.0");
        assert_eq!(compute(Whole(i64::MAX), Operator::Add, Whole(1)), "9.223372036854776e+18");
        assert_eq!(Whole(i64::MIN).negated().as_f64(), 9.223_372_036_854_776e18);
    }

    #[test]
    fn no_number_is_infinite() {
        for (a, operator, b) in [
            (Number::Whole(1), Operator::Divide, Number::Whole(0)),
            (Number::Whole(1), Operator::Remainder, Number::Whole(0)),
            (Number::Real(1e308), Operator::Multiply, Number::Whole(10)),
        ] {
            assert!(a.compute(operator, b).is_err());
        }
        assert!(Number::parse("1e999").is_none());
        assert_eq!(Number::parse("99999999999999999999"), Some(Number::Real(1e20)));
    }

    #[test]
    fn counts_are_whole_and_not_negative() {
        assert_eq!(Number::Real(3.0).as_count(), Some(3));
        for bad in [Number::Whole(-1), Number::Real(0.5), Number::Real(-1.0), Number::Real(1e300)] {
            assert_eq!(bad.as_count(), None);
        }
    }
}
