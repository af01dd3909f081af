//! How large a picture is, read from its header: before anything decodes it.
//!
//! A hundred kilobytes can declare 30,000 × 30,000 pixels, which fill gigabytes once decoded.

use serde::{Deserialize, Serialize};

use super::{FileKind, sniff};

/// The largest width and height, in pixels.
pub const LARGEST_SIDE: u32 = 8_192;
/// The most pixels of a picture: more than phones take unless asked to.
pub const MOST_PIXELS: u64 = 40_000_000;

/// A picture that may be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// In pixels, as stored: a phone may want it turned.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// Why a picture isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It is no JPEG, PNG or WebP.
    NotAPicture,
    /// It is a HEIC, which browsers don't show.
    Heic,
    /// Its header can't be read, or declares no pixels.
    Damaged,
    /// It declares more than [`LARGEST_SIDE`] or [`MOST_PIXELS`].
    TooLarge,
}

impl Refusal {
    /// One sentence for the person who sent the file.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NotAPicture => "这不是图片，请发送 JPG、PNG 或 WebP 图片。",
            Self::Heic => "HEIC 图片在很多设备上打不开，请在手机里改为 JPG 后重新发送。",
            Self::Damaged => "这张图片已损坏，请重新拍照或导出后再发送。",
            Self::TooLarge => "图片尺寸过大（最多 4000 万像素、边长 8192），请缩小后再发送。",
        }
    }
}

/// Reads the size that a picture declares.
///
/// # Errors
/// When it is none that browsers show, its header is damaged, or it is too large to be decoded.
pub fn measure(bytes: &[u8]) -> Result<Size, Refusal> {
    let size = match sniff(bytes) {
        FileKind::Jpeg => jpeg(bytes),
        FileKind::Png => png(bytes),
        FileKind::Webp => webp(bytes),
        FileKind::Heic => return Err(Refusal::Heic),
        _ => return Err(Refusal::NotAPicture),
    };
    let size = size
        .filter(|size| size.width > 0 && size.height > 0)
        .ok_or(Refusal::Damaged)?;
    let pixels = u64::from(size.width) * u64::from(size.height);
    if size.width.max(size.height) > LARGEST_SIDE || pixels > MOST_PIXELS {
        return Err(Refusal::TooLarge);
    }
    Ok(size)
}

/// The first chunk is the header (PNG, 11.2.1).
fn png(bytes: &[u8]) -> Option<Size> {
    let chunk = bytes.get(8..24)?;
    (chunk.get(4..8)? == b"IHDR").then_some(())?;
    Some(Size {
        width: u32::from_be_bytes(*chunk.get(8..)?.first_chunk()?),
        height: u32::from_be_bytes(*chunk.get(12..)?.first_chunk()?),
    })
}

/// Goes from segment to segment until the one that begins the frame (ITU T.81, B.2.2).
fn jpeg(bytes: &[u8]) -> Option<Size> {
    let mut rest = bytes.get(2..)?;
    loop {
        let (&0xFF, after) = rest.split_first()? else {
            return None;
        };
        let (&marker, body) = after.split_first()?;
        match marker {
            // Fill bytes, and markers without a body.
            0xFF => {
                rest = after;
                continue;
            }
            0x01 | 0xD0..=0xD7 => {
                rest = body;
                continue;
            }
            // The picture begins or ends before its size was told.
            0xD9 | 0xDA => return None,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(*body.first_chunk()?));
        let is_frame = matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
        if is_frame {
            return Some(Size {
                height: u32::from(u16::from_be_bytes(*body.get(3..)?.first_chunk()?)),
                width: u32::from(u16::from_be_bytes(*body.get(5..)?.first_chunk()?)),
            });
        }
        rest = body.get(length.max(2)..)?;
    }
}

/// Three layouts: lossy, lossless and extended (RFC 9649, 2.5 to 2.7).
fn webp(bytes: &[u8]) -> Option<Size> {
    let body = bytes.get(20..)?;
    match bytes.get(12..16)? {
        b"VP8 " => {
            (body.get(3..6)? == b"\x9D\x01\x2A").then_some(())?;
            let side = |at: usize| {
                Some(u32::from(
                    u16::from_le_bytes(*body.get(at..)?.first_chunk()?) & 0x3FFF,
                ))
            };
            Some(Size {
                width: side(6)?,
                height: side(8)?,
            })
        }
        b"VP8L" => {
            (*body.first()? == 0x2F).then_some(())?;
            let bits = u32::from_le_bytes(*body.get(1..)?.first_chunk()?);
            Some(Size {
                width: (bits & 0x3FFF) + 1,
                height: (bits >> 14 & 0x3FFF) + 1,
            })
        }
        b"VP8X" => {
            let side = |at: usize| {
                let [low, middle, high] = *body.get(at..)?.first_chunk()?;
                Some(u32::from_le_bytes([low, middle, high, 0]) + 1)
            };
            Some(Size {
                width: side(4)?,
                height: side(7)?,
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    fn jpeg_of(width: u16, height: u16) -> Vec<u8> {
        let mut bytes =
            b"\xFF\xD8\xFF\xE0\x00\x04ab\xFF\xFF\xC4\x00\x02\xFF\xC2\x00\x0B\x08".to_vec();
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes
    }

    fn webp_of(layout: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [b"RIFF\0\0\0\0WEBP", &layout[..], b"\0\0\0\0", body].concat()
    }

    #[test]
    fn the_size_is_read_from_each_kind_of_header() {
        for bytes in [
            png_of(640, 480),
            jpeg_of(640, 480),
            webp_of(b"VP8 ", b"\0\0\0\x9D\x01\x2A\x80\x02\xE0\x01"),
            webp_of(b"VP8L", &[0x2F, 0x7F, 0xC2, 0x77, 0x00]),
            webp_of(b"VP8X", &[0, 0, 0, 0, 0x7F, 0x02, 0, 0xDF, 0x01, 0]),
        ] {
            assert_eq!(
                measure(&bytes),
                Ok(Size {
                    width: 640,
                    height: 480
                })
            );
        }
    }

    #[test]
    fn pictures_that_would_fill_the_memory_are_refused_by_what_they_declare() {
        for (bytes, expected) in [
            (png_of(30_000, 30_000), Err(Refusal::TooLarge)),
            (jpeg_of(30_000, 30_000), Err(Refusal::TooLarge)),
            (png_of(8_193, 1), Err(Refusal::TooLarge)),
            (png_of(u32::MAX, u32::MAX), Err(Refusal::TooLarge)),
            (png_of(8_192, 4_883), Err(Refusal::TooLarge)),
            (
                png_of(8_192, 4_882),
                Ok(Size {
                    width: 8_192,
                    height: 4_882,
                }),
            ),
            (png_of(0, 5), Err(Refusal::Damaged)),
            (png_of(5, 5)[..20].to_vec(), Err(Refusal::Damaged)),
            (jpeg_of(5, 5)[..18].to_vec(), Err(Refusal::Damaged)),
            (
                b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(),
                Err(Refusal::Heic),
            ),
            (b"GIF89a".to_vec(), Err(Refusal::NotAPicture)),
        ] {
            assert_eq!(measure(&bytes), expected);
        }
    }
}
