//! How long a job waits after a failed attempt.

use std::time::Duration;

const FIRST_DELAY: Duration = Duration::from_secs(30);
const LONGEST_DELAY: Duration = Duration::from_secs(60 * 60);

/// How long to wait after a failed attempt: twice as long each time, up to an hour.
/// `jitter` (0 to 1) adds up to half, so that what failed together does not come back
/// together.
#[must_use]
pub fn backoff(attempt: u16, jitter: f64) -> Duration {
    let doubled = 2_u32.saturating_pow(u32::from(attempt.saturating_sub(1)));
    let delay = FIRST_DELAY.saturating_mul(doubled).min(LONGEST_DELAY);
    let jitter = if jitter.is_nan() { 0.0 } else { jitter.clamp(0.0, 1.0) };
    delay.mul_f64(1.0 + jitter / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_waits_twice_as_long_up_to_an_hour() {
        let seconds = [1, 2, 3, 4, 9, u16::MAX].map(|attempt| backoff(attempt, 0.0).as_secs());
        assert_eq!(seconds, [30, 60, 120, 240, 3600, 3600]);
    }

    #[test]
    fn jitter_adds_up_to_half() {
        assert_eq!(backoff(1, 1.0), Duration::from_secs(45));
        assert_eq!(backoff(1, 7.0), Duration::from_secs(45));
        assert_eq!(backoff(1, f64::NAN), Duration::from_secs(30));
    }
}
