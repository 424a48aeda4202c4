//! From an uploaded picture to the same picture without anything but its pixels: decoded within
//! bounds, turned as its camera says, written anew.
//!
//! It stays what it was, as far as that is not too large: a photograph JPEG, a drawing PNG. A format
//! is written as losslessly as it can be; where that makes more bytes than may be kept, or many times
//! those of the picture that came, the next one is tried.

use image::{
    DynamicImage, ExtendedColorType, RgbImage, RgbaImage,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
        webp::WebPEncoder,
    },
};

use super::{
    picture::decode,
    probe::{Format, Probed, broken},
};
use crate::error::{Code, Error, Result};

/// How well a JPEG is written, of 100.
const JPEG_QUALITY: u8 = 90;
/// Up to how many times the bytes that came a lossless WebP may have: a lossy one that is kept without
/// loss has ten times as many.
const GROWTH_MAX: usize = 3;

/// A picture that was written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it is now.
    pub media_type: &'static str,
    /// How a name of it ends, without the dot; more than one way is known of some.
    pub endings: &'static [&'static str],
    /// How wide it is, in pixels.
    pub width: u32,
    /// How high it is, in pixels.
    pub height: u32,
}

/// Writes a picture anew, with at most so many bytes.
///
/// # Errors
/// `invalid` for one that can't be decoded; `too_large`.
pub(super) fn rewrite(bytes: &[u8], probed: &Probed, bytes_max: usize) -> Result<Rewritten> {
    let (mut picture, orientation) = decode(bytes, probed).map_err(|why| {
        tracing::debug!(%why, "a picture was not decoded");
        broken()
    })?;
    picture.apply_orientation(orientation);
    let picture = plain(picture);
    let formats: &[Format] = match probed.format {
        Format::Jpeg => &[Format::Jpeg],
        Format::Png => &[Format::Png, Format::WebP, Format::Jpeg],
        Format::WebP => &[Format::WebP, Format::Jpeg],
    };
    let is_opaque = !picture.color().has_alpha();
    for format in formats {
        if *format == Format::Jpeg && !is_opaque {
            continue;
        }
        let written = encode(&picture, *format)?;
        let is_bloated = *format == Format::WebP
            && is_opaque
            && written.len() > bytes.len().saturating_mul(GROWTH_MAX);
        if written.len() <= bytes_max && !is_bloated {
            let (media_type, endings) = named(*format);
            let (width, height) = (picture.width(), picture.height());
            return Ok(Rewritten { bytes: written, media_type, endings, width, height });
        }
    }
    Err(Code::TooLarge.into())
}

/// The picture in eight bits for each colour, without opacity where all of it can be seen.
fn plain(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => picture,
        other if !other.color().has_alpha() => DynamicImage::ImageRgb8(other.into_rgb8()),
        other => {
            let seen = other.into_rgba8();
            if seen.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
                without_opacity(seen)
            } else {
                DynamicImage::ImageRgba8(seen)
            }
        }
    }
}

/// Takes every fourth byte out, in the same memory: there are many.
fn without_opacity(picture: RgbaImage) -> DynamicImage {
    let (width, height) = picture.dimensions();
    let mut bytes = picture.into_raw();
    let mut place = 0_usize;
    bytes.retain(|_| {
        place += 1;
        !place.is_multiple_of(4)
    });
    RgbImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8).unwrap_or_default()
}

fn encode(picture: &DynamicImage, format: Format) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoded = match format {
        Format::Jpeg => {
            picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))
        }
        Format::Png => {
            let (effort, filter) = (CompressionType::Default, FilterType::Adaptive);
            picture.write_with_encoder(PngEncoder::new_with_quality(&mut bytes, effort, filter))
        }
        Format::WebP => {
            let (width, height) = (picture.width(), picture.height());
            let kind = match picture {
                DynamicImage::ImageLuma8(_) => ExtendedColorType::L8,
                DynamicImage::ImageRgb8(_) => ExtendedColorType::Rgb8,
                _ => ExtendedColorType::Rgba8,
            };
            WebPEncoder::new_lossless(&mut bytes).encode(picture.as_bytes(), width, height, kind)
        }
    };
    encoded.map_err(|why| Error::internal("a picture was not encoded", why))?;
    Ok(bytes)
}

fn named(format: Format) -> (&'static str, &'static [&'static str]) {
    match format {
        Format::Png => ("image/png", &["png"]),
        Format::Jpeg => ("image/jpeg", &["jpg", "jpeg", "jpe", "jfif"]),
        Format::WebP => ("image/webp", &["webp"]),
    }
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgba};

    use super::{
        super::{picture::tests as pictures, probe::probe},
        *,
    };

    const PLENTY: usize = 8 * 1024 * 1024;

    fn made(bytes: &[u8]) -> Rewritten {
        rewrite(bytes, &probe(bytes).unwrap(), PLENTY).unwrap()
    }

    #[test]
    fn a_picture_stays_what_it_was() {
        for (bytes, kind, format) in [
            (pictures::png(40, 30), "image/png", ImageFormat::Png),
            (pictures::jpeg(40, 30), "image/jpeg", ImageFormat::Jpeg),
            (pictures::webp(40, 30), "image/webp", ImageFormat::WebP),
        ] {
            let rewritten = made(&bytes);
            let shown = (rewritten.media_type, rewritten.width, rewritten.height);
            assert_eq!(shown, (kind, 40, 30));
            let image = image::load_from_memory_with_format(&rewritten.bytes, format).unwrap();
            let image = image.into_rgb8();
            let (left, right) = (image.get_pixel(2, 15).0, image.get_pixel(37, 15).0);
            assert!(left[0] > 240 && left[2] < 15, "{left:?} is red");
            assert!(right[2] > 240 && right[0] < 15, "{right:?} is blue");
        }
    }

    #[test]
    fn fi_1_a_whole_picture_is_turned_and_its_metadata_is_gone() {
        let mut bytes = pictures::jpeg(400, 200);
        bytes.splice(2..2, pictures::exif());
        let hidden = [b"GPS".as_slice(), b"Exif", b"<script"];
        for mut original in [bytes, pictures::png(64, 64), pictures::webp(64, 64)] {
            original.extend(b"<script>GPS Exif</script>");
            let rewritten = made(&original);
            for trace in hidden {
                assert!(original.windows(trace.len()).any(|part| part == trace));
                assert!(!rewritten.bytes.windows(trace.len()).any(|part| part == trace));
            }
        }
        let mut turned = pictures::jpeg(400, 200);
        turned.splice(2..2, pictures::exif());
        let turned = made(&turned);
        assert_eq!((turned.width, turned.height), (200, 400), "its camera lay on its side");
    }

    #[test]
    fn fi_2_what_gets_too_large_is_written_in_another_way_or_refused() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        let noisy = RgbaImage::from_fn(96, 96, |_, _| Rgba([noise(), noise(), noise(), 255]));
        let see_through = RgbaImage::from_fn(96, 96, |_, _| Rgba([noise(), noise(), noise(), 9]));
        let png = |image: &RgbaImage| {
            let mut bytes = std::io::Cursor::new(Vec::new());
            image.write_to(&mut bytes, ImageFormat::Png).unwrap();
            bytes.into_inner()
        };
        let (opaque, clear) = (png(&noisy), png(&see_through));
        let limited = |bytes: &[u8]| rewrite(bytes, &probe(bytes).unwrap(), 20_000);
        assert_eq!(limited(&opaque).unwrap().media_type, "image/jpeg");
        assert_eq!(limited(&clear).unwrap_err().code, Code::TooLarge);
        assert_eq!(made(&clear).media_type, "image/png");
    }

    #[test]
    fn broken_pictures_are_refused_without_a_panic() {
        for whole in [pictures::png(64, 64), pictures::jpeg(64, 64), pictures::webp(64, 64)] {
            for at in (20..whole.len()).step_by(31) {
                let mut bytes = whole.clone();
                bytes[at] ^= 0x55;
                if let Ok(probed) = probe(&bytes) {
                    let _either = rewrite(&bytes, &probed, PLENTY);
                }
            }
        }
    }
}
