//! What about an identity provider needs an operator: which refusals say so, how many, in what time.

use jiff::SignedDuration;

/// Something that an operator must look at. Whoever can reach the login can cause it too, by bringing
/// forged answers of their own: an alarm is a reason to look, never to act on without looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    /// Many answers of the provider have signatures that do not verify: a key was changed, or somebody
    /// tries to forge answers.
    SignatureBurst,
    /// The provider finds our requests wrong: nobody gets in through it until that is mended.
    OurRequest,
}

// === impl Alarm ===

impl Alarm {
    /// Every alarm.
    pub const ALL: [Self; 2] = [Self::SignatureBurst, Self::OurRequest];

    /// The alarm that refusals with this code raise, whatever the method.
    pub fn of_code(code: &str) -> Option<Self> {
        let (_, reason) = code.split_once('.')?;
        // SPID technical rules, table of error messages: 8 to 18 are faults of a request.
        let error = reason.strip_prefix("error.").map(|error| error.strip_prefix("nr").unwrap_or(error));
        match (reason, error) {
            ("response.signature" | "id-token.signature" | "userinfo.signature", _) => Some(Self::SignatureBurst),
            // Over OpenID: on the page where citizens log in, or where we redeem their codes.
            ("callback.our-request" | "token.our-request", _) | (_, Some("request")) => Some(Self::OurRequest),
            (_, Some(number)) if (8..=18).contains(&number.parse().unwrap_or(0_u8)) => Some(Self::OurRequest),
            _ => None,
        }
    }

    /// The word in the metric and the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignatureBurst => "signature-burst",
            Self::OurRequest => "our-request",
        }
    }

    /// What the log says besides.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::SignatureBurst => "many answers of a provider have signatures that do not verify",
            Self::OurRequest => "a provider reports that our request is wrong",
        }
    }

    /// How many refusals make an alarm, within [`window`](Self::window).
    pub const fn threshold(self) -> usize {
        match self {
            Self::SignatureBurst => 10,
            Self::OurRequest => 1,
        }
    }

    /// For how long a refusal counts.
    pub const fn window(self) -> SignedDuration {
        match self {
            Self::SignatureBurst => SignedDuration::from_mins(5),
            Self::OurRequest => SignedDuration::from_hours(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_raised_by_its_codes_whatever_the_method() {
        for method in ["spid", "cie", "eidas"] {
            let of = |reason: &str| Alarm::of_code(&format!("{method}.{reason}"));
            assert_eq!(of("response.signature"), Some(Alarm::SignatureBurst));
            for number in 8..=18 {
                assert_eq!(of(&format!("error.nr{number:02}")), Some(Alarm::OurRequest), "{number}");
            }
            assert_eq!(of("error.request"), Some(Alarm::OurRequest));
            for over_openid in ["id-token.signature", "userinfo.signature"] {
                assert_eq!(of(over_openid), Some(Alarm::SignatureBurst), "{over_openid}");
            }
            for over_openid in ["callback.our-request", "token.our-request"] {
                assert_eq!(of(over_openid), Some(Alarm::OurRequest), "{over_openid}");
            }
            for other in [
                "token.refused",
                "id-token.key",
                "response.expired",
                "error.nr19",
                "error.nr07",
                "error.nr30",
                "error.nr",
                "error.provider",
            ] {
                assert_eq!(of(other), None, "{other}");
            }
        }
        assert_eq!(Alarm::of_code("login.attempt.unknown"), None);
        assert_eq!(Alarm::of_code("signature"), None);
    }
}
