//! A voice message as a phone records it: AMR of 8 kHz (RFC 4867, 5).

const MARK: &[u8] = b"#!AMR\n";
/// Frames of 20 ms.
const FRAMES_A_SECOND: usize = 50;
/// The mode of 12.2 kbit/s, with good quality: 1 byte of header and 31 of sound.
const HEADER: u8 = 7 << 3 | 0b100;
const SOUND_BYTES: usize = 31;

/// So many seconds of a hum.
pub(in crate::sandbox) fn recording(seconds: usize) -> Vec<u8> {
    let frames = seconds.saturating_mul(FRAMES_A_SECOND);
    let mut bytes = MARK.to_vec();
    for frame in 0..frames {
        bytes.push(HEADER);
        let sound = (0..SOUND_BYTES).map(|at| (frame.wrapping_mul(7) + at.wrapping_mul(13)) % 251);
        bytes.extend(sound.map(|byte| u8::try_from(byte).unwrap_or_default()));
    }
    bytes
}
