//! When to try again: full jitter between one second and a quarter of an hour.

use std::time::Duration;

use rand::RngExt;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// After so long an order is given up, and a person has to look.
pub(super) const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3600);

/// How long to wait after the `attempts`th try; at least `asked`, what the platform asked for.
pub(super) fn pause(attempts: i64, asked: Duration) -> Duration {
    let ceiling = FIRST
        .saturating_mul(1 << attempts.clamp(1, 20))
        .min(LONGEST);
    let jittered = ceiling.mul_f64(rand::rng().random_range(0.0..1.0));
    asked + jittered.max(Duration::from_millis(200))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_quarter_of_an_hour_and_never_undercut_the_platform() {
        for attempts in 1..100 {
            let pause = pause(attempts, Duration::from_secs(60));
            assert!(pause >= Duration::from_secs(60));
            assert!(pause <= LONGEST + Duration::from_secs(60));
        }
    }
}
