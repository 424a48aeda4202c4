//! What an uploaded picture is, read off its bytes before anything decodes them: its format, how
//! large it is, whether it moves, and how much memory its decoder will take.
//!
//! A decoder believes what a picture says of itself and makes room for it, so each place where a
//! format says how large it is gets looked at here, also those that contradict each other.

use crate::error::{Code, Error, Flaw, Result};

/// The longest side, in pixels.
const SIDE_MAX: u32 = 4_096;
/// The most pixels.
const PIXELS_MAX: u64 = 16_000_000;
/// The most memory that a decoder takes, in bytes.
pub(super) const DECODER_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How many passes a progressive JPEG may take. Programs make about ten; each costs a walk over the
/// whole picture, which a few bytes can ask for.
const JPEG_SCANS_MAX: usize = 32;

/// What a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Probed {
    pub(super) format: Format,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// A format that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    Jpeg,
    WebP,
}

/// A picture as it describes itself.
struct Claims {
    width: u32,
    height: u32,
    is_animated: bool,
    /// How many bytes the decoder takes for one pixel.
    bytes_per_pixel: u64,
}

/// Looks at a picture.
///
/// # Errors
/// `unsupported_media_type` for what is none of the three; `invalid` for one that is broken, moves,
/// or is too large.
pub(super) fn probe(bytes: &[u8]) -> Result<Probed> {
    let format = format(bytes).ok_or(Error::from(Code::UnsupportedMediaType))?;
    let claims = match format {
        Format::Png => png(bytes),
        Format::Jpeg => jpeg(bytes),
        Format::WebP => webp(bytes),
    };
    let Claims { width, height, is_animated, bytes_per_pixel } = claims.ok_or_else(broken)?;
    let pixels = u64::from(width) * u64::from(height);
    if width > SIDE_MAX || height > SIDE_MAX || pixels > PIXELS_MAX {
        return Err(Error::field("image", Flaw::TooManyPixels));
    }
    if pixels * bytes_per_pixel > DECODER_BYTES_MAX {
        return Err(Error::field("image", Flaw::TooManyPixels));
    }
    if pixels == 0 {
        return Err(broken());
    }
    if is_animated {
        return Err(Error::field("image", Flaw::Animated));
    }
    Ok(Probed { format, width, height })
}

/// The error for a picture that does not follow its format.
pub(super) fn broken() -> Error {
    Error::field("image", Flaw::Malformed)
}

fn format(bytes: &[u8]) -> Option<Format> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(Format::Png)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some(Format::Jpeg)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(Format::WebP)
    } else {
        None
    }
}

/// Chunks: a length, a name, that many bytes, a check sum.
fn png(bytes: &[u8]) -> Option<Claims> {
    let mut at = 8;
    let header = bytes.get(at + 8..at + 8 + 13)?;
    if bytes.get(at + 4..at + 8) != Some(b"IHDR") {
        return None;
    }
    let is_deep = *header.get(8)? == 16;
    let mut is_animated = false;
    while let Some(name) = bytes.get(at + 4..at + 8) {
        is_animated |= name == b"acTL";
        let length = usize::try_from(be32(bytes.get(at..at + 4)?)?).ok()?;
        at = at.checked_add(length)?.checked_add(12)?;
    }
    Some(Claims {
        width: be32(header.get(..4)?)?,
        height: be32(header.get(4..8)?)?,
        is_animated,
        // Red, green, blue and opacity.
        bytes_per_pixel: if is_deep { 8 } else { 4 },
    })
}

/// Segments: a marker and a length, and after each start of a scan its data up to the next marker.
fn jpeg(bytes: &[u8]) -> Option<Claims> {
    let (mut at, mut frame, mut scans) = (2, None, 0_usize);
    while let Some(marker) = next_marker(bytes, &mut at) {
        match marker {
            0xd9 => break,
            // Markers that stand alone.
            0x01 | 0xd0..=0xd8 => continue,
            _ => {}
        }
        let length = usize::from(be16(bytes.get(at..at + 2)?)?);
        let segment = bytes.get(at + 2..at + length.max(2))?;
        match marker {
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                // A second one would be believed by the decoder, too.
                if frame.is_some() {
                    return None;
                }
                let components = u64::from(*segment.get(5)?);
                frame = Some((be16(segment.get(1..3)?)?, be16(segment.get(3..5)?)?, components));
            }
            0xda => scans += 1,
            _ => {}
        }
        at += length.max(2);
    }
    let (height, width, components) = frame.filter(|_| (1..=JPEG_SCANS_MAX).contains(&scans))?;
    // Several scans are gathered as two bytes for each value before any pixel is made.
    let gathered = if scans > 1 { 2 * components } else { 0 };
    Some(Claims {
        width: width.into(),
        height: height.into(),
        is_animated: false,
        bytes_per_pixel: components.max(3) + gathered,
    })
}

/// The next marker and, in `at`, what follows it. Whatever lies before it is data of a scan.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        let rest = bytes.get(*at..)?;
        *at += rest.iter().position(|byte| *byte == 0xff)? + 1;
        match *bytes.get(*at)? {
            // Data that happens to be 0xff; filling.
            0x00 => *at += 1,
            0xff => {}
            marker => {
                *at += 1;
                return Some(marker);
            }
        }
    }
}

/// Chunks: a name, a length, that many bytes and one more if they are odd.
fn webp(bytes: &[u8]) -> Option<Claims> {
    let (mut at, mut sizes, mut is_animated) = (12, Vec::new(), false);
    let (mut is_lossy, mut has_alpha) = (false, false);
    while let Some(name) = bytes.get(at..at + 4) {
        let length = usize::try_from(le32(bytes.get(at + 4..at + 8)?)?).ok()?;
        let data = bytes.get(at + 8..)?;
        match name {
            b"VP8X" => {
                is_animated |= data.first()? & 2 != 0;
                sizes.push((le24(data.get(4..7)?)? + 1, le24(data.get(7..10)?)? + 1));
            }
            b"VP8 " => {
                is_lossy = true;
                let side = |at: usize| Some(u32::from(le16(data.get(at..at + 2)?)?) & 0x3fff);
                sizes.push((side(6)?, side(8)?));
            }
            b"VP8L" => {
                let packed = le32(data.get(1..5)?)?;
                sizes.push(((packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1));
            }
            b"ALPH" => has_alpha = true,
            b"ANIM" | b"ANMF" => is_animated = true,
            _ => {}
        }
        at = at.checked_add(8)?.checked_add(length)?.checked_add(length % 2)?;
    }
    let &(width, height) = sizes.first()?;
    // The decoder makes room for the size of one chunk before it looks at that of another.
    if sizes.iter().any(|size| *size != (width, height)) {
        return None;
    }
    let bytes_per_pixel = match (is_lossy, has_alpha) {
        (true, false) => 5,
        (true, true) => 12,
        (false, _) => 8,
    };
    Some(Claims { width, height, is_animated, bytes_per_pixel })
}

fn be16(bytes: &[u8]) -> Option<u16> {
    bytes.try_into().ok().map(u16::from_be_bytes)
}

fn be32(bytes: &[u8]) -> Option<u32> {
    bytes.try_into().ok().map(u32::from_be_bytes)
}

fn le16(bytes: &[u8]) -> Option<u16> {
    bytes.try_into().ok().map(u16::from_le_bytes)
}

fn le24(bytes: &[u8]) -> Option<u32> {
    let [low, middle, high] = bytes.try_into().ok()?;
    Some(u32::from_le_bytes([low, middle, high, 0]))
}

fn le32(bytes: &[u8]) -> Option<u32> {
    bytes.try_into().ok().map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::{super::picture::tests as pictures, *};

    fn flaw(bytes: &[u8]) -> Flaw {
        let error = probe(bytes).unwrap_err();
        assert_eq!(error.code, Code::Invalid);
        error.fields[0].1.clone()
    }

    #[test]
    fn fi_1_the_content_decides_what_a_picture_is() {
        for (bytes, format) in [
            (pictures::png(30, 20), Format::Png),
            (pictures::jpeg(30, 20), Format::Jpeg),
            (pictures::webp(30, 20), Format::WebP),
        ] {
            assert_eq!(probe(&bytes).unwrap(), Probed { format, width: 30, height: 20 });
        }
        let others: [&[u8]; 8] = [
            b"",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            b"<!doctype html><img src=x>",
            b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
            b"BM\x00\x00\x00\x00",
            b"RIFF\x00\x00\x00\x00WAVE",
            b"\x00\x00\x00 ftypavif",
            b"%PDF-1.7",
        ];
        for other in others {
            assert_eq!(probe(other).unwrap_err().code, Code::UnsupportedMediaType);
        }
    }

    #[test]
    fn fi_2_what_claims_to_be_huge_is_refused_unread() {
        let mut png = pictures::png(8, 8);
        png[16..20].copy_from_slice(&4_097_u32.to_be_bytes());
        assert_eq!(flaw(&png), Flaw::TooManyPixels);
        png[16..24].copy_from_slice(&[0, 0, 0x10, 0, 0, 0, 0x0f, 0x43]);
        assert_eq!(flaw(&png), Flaw::TooManyPixels, "4096 × 3907 is more than 16 million");
        png[16..24].copy_from_slice(&[0, 0, 0x10, 0, 0, 0, 0x0f, 0x42]);
        assert!(probe(&png).is_ok());
        png[24] = 16;
        assert_eq!(flaw(&png), Flaw::TooManyPixels, "16 bits for each colour are too many bytes");
        png[16..24].copy_from_slice(&[0xff; 8]);
        assert_eq!(flaw(&png), Flaw::TooManyPixels);
        png[16..24].copy_from_slice(&[0; 8]);
        assert_eq!(flaw(&png), Flaw::Malformed);
    }

    #[test]
    fn fi_2_parts_that_contradict_each_other_are_refused() {
        let mut webp = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00".to_vec();
        webp.extend([0, 0, 0, 0, 9, 0, 0, 9, 0, 0]);
        webp.extend(b"VP8 \x0a\x00\x00\x00\x00\x00\x00\x9d\x01\x2a\xff\x3f\xff\x3f");
        assert_eq!(flaw(&webp), Flaw::Malformed);

        let jpeg = pictures::jpeg(8, 8);
        let frame = jpeg.windows(2).position(|two| two == b"\xff\xc0").unwrap();
        let mut twice = jpeg[..frame].to_vec();
        let second = &jpeg[frame..frame + 19];
        twice.extend(second);
        twice.extend(&jpeg[frame..]);
        assert_eq!(flaw(&twice), Flaw::Malformed);
    }

    #[test]
    fn fi_2_a_jpeg_of_too_many_scans_is_refused() {
        let jpeg = pictures::jpeg(8, 8);
        let scan = jpeg.windows(2).position(|two| two == b"\xff\xda").unwrap();
        let (head, tail) = jpeg.split_at(scan);
        let with_scans = |count: usize| {
            let body = &tail[..tail.len() - 2];
            let scans = std::iter::repeat_n(body, count).flatten().copied();
            head.iter().copied().chain(scans).chain([0xff, 0xd9]).collect::<Vec<u8>>()
        };
        assert!(probe(&with_scans(JPEG_SCANS_MAX)).is_ok());
        assert_eq!(flaw(&with_scans(JPEG_SCANS_MAX + 1)), Flaw::Malformed);
    }

    #[test]
    fn fi_2_pictures_that_move_are_refused() {
        let mut png = pictures::png(8, 8);
        let control = [0, 0, 0, 8, b'a', b'c', b'T', b'L', 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        png.splice(33..33, control);
        assert_eq!(flaw(&png), Flaw::Animated);
        let mut webp = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00".to_vec();
        webp.extend([2, 0, 0, 0, 9, 0, 0, 9, 0, 0]);
        assert_eq!(flaw(&webp), Flaw::Animated);
    }

    #[test]
    fn a_picture_cut_anywhere_is_refused_or_probed_without_a_panic() {
        for whole in [pictures::png(9, 9), pictures::jpeg(9, 9), pictures::webp(9, 9)] {
            for end in 0..whole.len() {
                let _either = probe(&whole[..end]);
            }
        }
    }
}
