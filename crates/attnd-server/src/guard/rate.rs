//! Is somebody knocking too often? One token bucket per caller.
//!
//! Guessing a token of 256 bits is hopeless at any rate; the limits keep floods out of the log and
//! off the person's page, and one runaway token from starving the others.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use attnd_core::{ErrorCode, Problem};
use attnd_engine::Actor;

use crate::answer::Failure;
use crate::config::Limits;

/// Everybody's knocks.
pub(crate) struct Rates {
    requests: Meter<String>,
    failures: Meter<IpAddr>,
    pairings: Meter<IpAddr>,
}

/// What an address did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Knock {
    /// It came with a wrong token or sign-in code.
    Failure,
    /// It asked to be paired.
    Pairing,
}

impl Rates {
    pub(crate) fn new(limits: Limits) -> Self {
        let minute = Duration::from_secs(60);
        Self {
            requests: Meter::new(
                limits.requests_per_s.saturating_mul(2),
                limits.requests_per_s,
                Duration::from_secs(1),
            ),
            failures: Meter::new(limits.failures_per_minute, limits.failures_per_minute, minute),
            pairings: Meter::new(limits.pairings_per_minute, limits.pairings_per_minute, minute),
        }
    }

    /// Counts a request of somebody with a token. The local person's own programs and browser are
    /// not counted: a watcher that catches up after an outage must not be slowed down.
    pub(crate) fn request(&self, actor: &Actor) -> Result<(), Failure> {
        let id = match actor {
            Actor::Token(id) | Actor::Pairing(id) => id,
            Actor::LocalProcess | Actor::Session | Actor::Daemon => return Ok(()),
        };
        self.requests.take(id, Instant::now()).map_err(too_many)
    }

    /// Counts a knock of an address.
    pub(crate) fn knock(&self, knock: Knock, address: Option<IpAddr>) -> Result<(), Failure> {
        let Some(address) = address else { return Ok(()) };
        let meter = match knock {
            Knock::Failure => &self.failures,
            Knock::Pairing => &self.pairings,
        };
        meter.take(&address, Instant::now()).map_err(too_many)
    }
}

fn too_many(wait: Duration) -> Failure {
    Failure::from(Problem::new(ErrorCode::RateLimited, "")).retry_after(wait)
}

/// Token buckets that hold `burst` and fill at `count` per `period`.
struct Meter<K> {
    burst: f64,
    per_s: f64,
    levels: Mutex<HashMap<K, Level>>,
}

struct Level {
    left: f64,
    at: Instant,
}

impl<K: Hash + Eq + Clone> Meter<K> {
    /// Beyond so many callers, those who have not knocked for a while are forgotten.
    const MAX_CALLERS: usize = 4_096;

    fn new(burst: u32, count: u32, period: Duration) -> Self {
        let per_s = f64::from(count) / period.as_secs_f64();
        Self { burst: f64::from(burst), per_s, levels: Mutex::default() }
    }

    /// Takes one; `Err` tells how long to wait for the next.
    fn take(&self, caller: &K, now: Instant) -> Result<(), Duration> {
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = |level: &Level| {
            let waited_s = now.saturating_duration_since(level.at).as_secs_f64();
            waited_s.mul_add(self.per_s, level.left).min(self.burst)
        };
        let left = match levels.get_mut(caller) {
            Some(level) => {
                (level.left, level.at) = (filled(level), now);
                &mut level.left
            }
            None => {
                if levels.len() >= Self::MAX_CALLERS {
                    levels.retain(|_, level| filled(level) < self.burst);
                }
                &mut levels.entry(caller.clone()).or_insert(Level { left: self.burst, at: now }).left
            }
        };
        if *left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - *left) / self.per_s.max(1e-3)));
        }
        *left -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let meter = Meter::new(2, 10, Duration::from_secs(60));
        let start = Instant::now();
        assert_eq!(meter.take(&"a", start), Ok(()));
        assert_eq!(meter.take(&"a", start), Ok(()));
        assert_eq!(meter.take(&"a", start), Err(Duration::from_secs(6)));
        assert_eq!(meter.take(&"b", start), Ok(()), "callers are counted apart");
        assert_eq!(meter.take(&"a", start + Duration::from_secs(6)), Ok(()));
        assert!(meter.take(&"a", start + Duration::from_secs(6)).is_err());
        let later = start + Duration::from_secs(3_600);
        assert_eq!((meter.take(&"a", later), meter.take(&"a", later)), (Ok(()), Ok(())));
        assert!(meter.take(&"a", later).is_err(), "no more than the burst is saved up");
    }

    #[test]
    fn the_local_person_is_not_counted() {
        let rates = Rates::new(Limits { requests_per_s: 1, failures_per_minute: 1, pairings_per_minute: 1 });
        assert!((0..100).all(|_| rates.request(&Actor::LocalProcess).is_ok()));
        let token = Actor::Token("t".into());
        assert!(rates.request(&token).is_ok() && rates.request(&token).is_ok());
        assert!(rates.request(&token).is_err());
    }

    #[test]
    fn callers_long_gone_are_forgotten() {
        let meter = Meter::new(1, 1, Duration::from_secs(1));
        let start = Instant::now();
        for caller in 0..=Meter::<usize>::MAX_CALLERS {
            let _ = meter.take(&caller, start + Duration::from_millis(caller as u64));
        }
        let kept = meter.levels.lock().unwrap().len();
        assert!(kept <= 1_002, "{kept} kept");
    }
}
