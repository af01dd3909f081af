//! How long a voice message is, counted in its frames.
//!
//! WeCom sends AMR (`developer.work.weixin.qq.com/document/path/90254`). A file is a mark and then
//! frames of 20 ms, each with a byte that tells its mode and with it its size (RFC 4867, 5). No
//! length is written anywhere, so there is none that could lie.

use serde::{Deserialize, Serialize};

const NARROWBAND: &[u8] = b"#!AMR\n";
const WIDEBAND: &[u8] = b"#!AMR-WB\n";
const FRAME_MS: u64 = 20;

/// Bytes of a frame by its mode, its header included; 0 for modes that a file can't hold.
/// 3GPP TS 26.101 table 1a: eight rates, a silence descriptor, and at the end "no data".
const NARROWBAND_FRAMES: [u8; 16] = [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1];
/// 3GPP TS 26.201 table 1a: nine rates, a silence descriptor, "speech lost" and "no data".
const WIDEBAND_FRAMES: [u8; 16] = [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1];

/// A voice message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// How it is coded.
    pub codec: Codec,
    /// Its length in milliseconds: whole frames, silence included.
    pub duration_ms: u64,
    /// The milliseconds of it that hold sound. Phones leave out what is silent, and a file of
    /// nothing but silence can be made in a moment.
    pub sound_ms: u64,
    /// How it ends.
    pub end: End,
}

impl Recording {
    /// By how many seconds it is too short, begun ones counted whole; `None` when it is long enough.
    #[must_use]
    pub const fn seconds_short_of(&self, seconds: u64) -> Option<u64> {
        match seconds
            .saturating_mul(1_000)
            .saturating_sub(self.duration_ms)
        {
            0 => None,
            missing => Some(missing.div_ceil(1_000)),
        }
    }
}

/// The two codecs of AMR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Codec {
    /// 8 kHz.
    AmrNarrowband,
    /// 16 kHz.
    AmrWideband,
}

/// How a recording ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// With a whole frame.
    Whole,
    /// Within a frame, which isn't counted.
    CutOff,
    /// With bytes that are no frame; nothing is counted from there on.
    Damaged,
}

/// Why a file is no voice message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It doesn't begin as AMR does.
    NotAmr,
    /// It is a voice message of personal WeChat.
    Silk,
    /// It has several channels, whose frames lie otherwise.
    SeveralChannels,
    /// Nothing comes after the mark, or not one whole frame.
    Empty,
    /// What comes after the mark is no frame.
    Damaged,
}

impl Refusal {
    /// One sentence for the person who sent the file.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NotAmr => "这不是语音消息，请在企业微信里按住说话，直接发送语音。",
            Self::Silk => {
                "这是个人微信的语音格式，无法读取，请在企业微信里按住说话，直接发送语音。"
            }
            Self::SeveralChannels => {
                "这段录音是多声道的，无法读取，请在企业微信里按住说话，重新发送语音。"
            }
            Self::Empty => "这段语音是空的，请重新录一段再发送。",
            Self::Damaged => "这段语音已损坏，请重新录一段再发送。",
        }
    }
}

/// Measures a recording. Takes no memory.
///
/// # Errors
/// When it is no AMR with a single channel, or doesn't begin with one whole frame.
pub fn measure(bytes: &[u8]) -> Result<Recording, Refusal> {
    if let Some(frames) = bytes.strip_prefix(NARROWBAND) {
        return count(Codec::AmrNarrowband, &NARROWBAND_FRAMES, 7, frames);
    }
    if let Some(frames) = bytes.strip_prefix(WIDEBAND) {
        return count(Codec::AmrWideband, &WIDEBAND_FRAMES, 8, frames);
    }
    if bytes.starts_with(b"#!AMR_MC") || bytes.starts_with(b"#!AMR-WB_MC") {
        return Err(Refusal::SeveralChannels);
    }
    let is_silk = bytes.starts_with(b"#!SILK_V3") || bytes.starts_with(b"\x02#!SILK_V3");
    Err(if is_silk {
        Refusal::Silk
    } else {
        Refusal::NotAmr
    })
}

fn count(
    codec: Codec,
    sizes: &[u8; 16],
    fastest_mode: usize,
    mut rest: &[u8],
) -> Result<Recording, Refusal> {
    let (mut frames, mut frames_with_sound) = (0, 0);
    let end = loop {
        let Some(header) = rest.first() else {
            break End::Whole;
        };
        // One bit of padding, four of mode, one of quality, two of padding.
        let mode = usize::from(header >> 3 & 0x0F);
        let size = usize::from(sizes[mode]);
        if header & 0b1000_0011 != 0 || size == 0 {
            break End::Damaged;
        }
        let Some(after) = rest.get(size..) else {
            break End::CutOff;
        };
        frames += 1;
        frames_with_sound += u64::from(mode <= fastest_mode);
        rest = after;
    };
    match (frames, end) {
        (0, End::Damaged) => Err(Refusal::Damaged),
        (0, _) => Err(Refusal::Empty),
        _ => Ok(Recording {
            codec,
            duration_ms: frames * FRAME_MS,
            sound_ms: frames_with_sound * FRAME_MS,
            end,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(mark: &[u8], modes: &[(u8, usize)]) -> Vec<u8> {
        let sizes = if mark == NARROWBAND {
            NARROWBAND_FRAMES
        } else {
            WIDEBAND_FRAMES
        };
        let mut bytes = mark.to_vec();
        for (mode, times) in modes {
            for _ in 0..*times {
                bytes.push(mode << 3 | 0b100);
                bytes.resize(
                    bytes.len() + usize::from(sizes[usize::from(*mode)]) - 1,
                    0xA5,
                );
            }
        }
        bytes
    }

    #[test]
    fn the_length_is_counted_in_frames_of_every_mode() {
        for (mark, codec, modes) in [
            (
                NARROWBAND,
                Codec::AmrNarrowband,
                &[0, 1, 2, 3, 4, 5, 6, 7, 8, 15][..],
            ),
            (
                WIDEBAND,
                Codec::AmrWideband,
                &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 15][..],
            ),
        ] {
            for mode in modes {
                let measured = measure(&file(mark, &[(*mode, 1_500)])).unwrap();

                assert_eq!(
                    (measured.codec, measured.duration_ms),
                    (codec, 30_000),
                    "mode {mode}"
                );
                assert_eq!(measured.end, End::Whole);
            }
        }
    }

    #[test]
    fn the_seconds_that_are_missing_are_told() {
        for (frames, missing) in [
            (1_500, None),
            (1_499, Some(1)),
            (1_450, Some(1)),
            (1_449, Some(2)),
            (1, Some(30)),
        ] {
            let measured = measure(&file(NARROWBAND, &[(0, frames)])).unwrap();

            assert_eq!(measured.seconds_short_of(30), missing, "{frames} frames");
        }
    }

    #[test]
    fn silence_is_told_from_sound() {
        let measured = measure(&file(NARROWBAND, &[(7, 100), (8, 1), (15, 399)])).unwrap();

        assert_eq!((measured.duration_ms, measured.sound_ms), (10_000, 2_000));
    }

    #[test]
    fn a_last_frame_that_is_cut_off_is_not_counted() {
        let whole = file(NARROWBAND, &[(7, 1_500)]);

        let measured = measure(&whole[..whole.len() - 1]).unwrap();

        assert_eq!((measured.duration_ms, measured.end), (29_980, End::CutOff));
    }

    #[test]
    fn a_bad_frame_ends_the_clip() {
        let mut bytes = file(NARROWBAND, &[(7, 10)]);
        bytes.extend(std::iter::repeat_n(0xFF, 10_000));

        let measured = measure(&bytes).unwrap();

        assert_eq!((measured.duration_ms, measured.end), (200, End::Damaged));
    }

    #[test]
    fn whatever_is_no_recording_is_refused_with_its_reason() {
        for (bytes, reason) in [
            (&b""[..], Refusal::NotAmr),
            (b"#!AMR", Refusal::NotAmr),
            (b"ID3\x03", Refusal::NotAmr),
            (b"#!SILK_V3\x01\x02", Refusal::Silk),
            (b"\x02#!SILK_V3", Refusal::Silk),
            (b"#!AMR_MC1.0\n\0\0\0\x02\x3C", Refusal::SeveralChannels),
            (b"#!AMR-WB_MC1.0\n\0\0\0\x02\x3C", Refusal::SeveralChannels),
            (b"#!AMR\n", Refusal::Empty),
            (b"#!AMR-WB\n", Refusal::Empty),
            (b"#!AMR\n\x3C123", Refusal::Empty),
            (b"#!AMR\nnot a frame", Refusal::Damaged),
            (b"#!AMR\n\x4C", Refusal::Damaged),
        ] {
            assert_eq!(measure(bytes), Err(reason), "{bytes:?}");
        }
    }
}
