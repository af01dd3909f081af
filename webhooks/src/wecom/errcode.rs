//! What to do about an errcode (90313, 90312, 90236, 94888).
//!
//! Decide by the number alone: the platform rewrites its messages.

/// What a courier does with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Accepted. Partial failures are in the `invalid…` lists.
    Done,
    /// Busy or in conflict: again after a growing, jittered wait, at most
    /// three times.
    RetryLater,
    /// Fetch a new access token once for all who wait, then repeat once.
    RefreshToken,
    /// Over a frequency limit: nothing will be accepted before the window ends.
    WaitOut(Window),
    /// The task id was used: if it is our own, an earlier try arrived.
    AlreadySent,
    /// The response code was used or has expired: send a new card instead.
    ResponseCodeSpent,
    /// Somebody has to correct what the text names; repeating it can get the
    /// address banned for an hour.
    Configuration(&'static str),
    /// The person left, is out of the app's scope, or is no customer any more.
    UnknownReceiver,
    /// Repeating would only repeat the refusal.
    GiveUp,
}

/// How long a frequency limit blocks (90312).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// Until the end of the natural day.
    Day,
}

/// What to do about `errcode`. Unknown codes are given up on.
///
/// 45009 does not say which window was hit: the shortest is advised, and who
/// meets it again at once should wait for the next longer one.
pub fn advice(errcode: i64) -> Advice {
    match errcode {
        0 => Advice::Done,
        -1 | 6000 | 45033 | 45035 | 45036 => Advice::RetryLater,
        40014 | 42001 => Advice::RefreshToken,
        45009 => Advice::WaitOut(Window::Minute),
        42014 => Advice::AlreadySent,
        60140 => Advice::ResponseCodeSpent,
        40003 | 46004 | 60111 | 81013 | 40096 | 84061 | 84084 => Advice::UnknownReceiver,
        _ => configuration(errcode).map_or(Advice::GiveUp, Advice::Configuration),
    }
}

/// What to check, for the codes that only a person can heal.
fn configuration(errcode: i64) -> Option<&'static str> {
    Some(match errcode {
        40001 | 40091 => "corp_id and secret: not a pair, the secret was reset, or the app stopped",
        40013 => "corp_id: copy it from 我的企业",
        40056 => "agent_id: copy it from the app's page",
        301002 => "secret and agent_id: the token belongs to another app",
        40093 | 42012 => "the page signature: kind of ticket and exact address",
        43012 => "the app's receiving URL: callback cards need one",
        48001 | 48002 => "the app's permissions: this API is not granted to it",
        48006 => "the app: its permission was withdrawn for inactivity",
        48007 => "微信客服: the app is not authorised to use it",
        48009 => "the secret: the contacts-sync secret reads no details from a new address",
        48011 => "member activity: too low for customer data",
        50001 => "the trusted domain: redirect_uri must match it exactly, port included",
        50002 | 60011 | 60021 | 60030 => "the app's visible range: the target is outside",
        50003 => "the app: it is disabled",
        60020 => "企业可信IP: this server's outgoing address is not listed",
        80001 | 85004 | 85005 => "the trusted domain: ownership, filing or quota",
        93000 => "the group robot's key",
        301055 => "审批: the app is not among those that may call it",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_of_the_table_has_its_advice() {
        let configuration = [
            40001, 40091, 40013, 40056, 301002, 43012, 48001, 48002, 48006, 48007, 48009, 48011,
            50001, 50002, 50003, 60011, 60020, 60021, 60030, 85004, 85005, 80001, 301055,
        ];
        for code in configuration {
            let Advice::Configuration(what) = advice(code) else {
                panic!("{code} is for a person");
            };
            assert!(!what.is_empty(), "{code}");
        }
        let table: [(Advice, &[i64]); 8] = [
            (Advice::Done, &[0]),
            (Advice::RetryLater, &[-1, 6000, 45033, 45035, 45036]),
            (Advice::RefreshToken, &[40014, 42001]),
            (Advice::WaitOut(Window::Minute), &[45009]),
            (Advice::AlreadySent, &[42014]),
            (Advice::ResponseCodeSpent, &[60140]),
            (
                Advice::UnknownReceiver,
                &[40003, 60111, 46004, 81013, 40096, 84061, 84084],
            ),
            (
                Advice::GiveUp,
                &[
                    40007, 40145, 40029, 40032, 40033, 40058, 40008, 40063, 41001, 41050, 42015,
                    42016, 42017, 42051, 42052, 44004, 45002, 82001, 95016, 95018, 846604, 999999,
                ],
            ),
        ];
        for (expected, codes) in table {
            for code in codes {
                assert_eq!(advice(*code), expected, "{code}");
            }
        }
    }
}
