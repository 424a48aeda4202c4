//! From an uploaded picture to squares: decoded within bounds, turned as its camera says, cut to the
//! middle, made smaller, written anew without anything but its pixels.
//!
//! Written as lossless WebP: it keeps sharp edges and see-through grounds, as PNG does, in fewer
//! bytes, and every browser shows it.

use std::io::Cursor;

use image::{
    DynamicImage, ExtendedColorType, GenericImageView, ImageDecoder, Limits, RgbaImage,
    codecs::{
        jpeg::JpegDecoder,
        png::PngDecoder,
        webp::{WebPDecoder, WebPEncoder},
    },
    error::ImageError,
    imageops::{self, FilterType},
    metadata::Orientation,
};

use super::{
    SIZES,
    probe::{DECODER_BYTES_MAX, Format, Probed, broken},
};
use crate::error::{Error, Result};

/// One square of a picture, encoded.
pub struct Square {
    /// Its side in pixels.
    pub size: u32,
    /// The encoded picture.
    pub bytes: Vec<u8>,
}

/// Makes every square of a picture.
///
/// # Errors
/// `invalid` for one that can't be decoded.
pub(super) fn squares(bytes: &[u8], probed: &Probed) -> Result<Vec<Square>> {
    let (picture, orientation) = decode(bytes, probed).map_err(|why| {
        tracing::debug!(%why, "a picture was not decoded");
        broken()
    })?;
    let [largest, ..] = SIZES;
    let mut square = DynamicImage::ImageRgba8(cut(&picture, largest));
    drop(picture);
    square.apply_orientation(orientation);
    let square = square.into_rgba8();
    SIZES.iter().map(|size| encode(*size, &shrink(&square, 0, 0, largest, *size))).collect()
}

/// Decodes a picture within its bounds; also says how its camera lay.
pub(super) fn decode(
    bytes: &[u8],
    probed: &Probed,
) -> std::result::Result<(DynamicImage, Orientation), ImageError> {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(DECODER_BYTES_MAX);
    limits.max_image_width = Some(probed.width);
    limits.max_image_height = Some(probed.height);
    let bytes = Cursor::new(bytes);
    match probed.format {
        Format::Png => read(PngDecoder::with_limits(bytes, limits.clone())?, limits),
        Format::Jpeg => read(JpegDecoder::new(bytes)?, limits),
        Format::WebP => read(WebPDecoder::new(bytes)?, limits),
    }
}

fn read(
    mut decoder: impl ImageDecoder,
    limits: Limits,
) -> std::result::Result<(DynamicImage, Orientation), ImageError> {
    decoder.set_limits(limits)?;
    // A picture whose camera can't be understood is shown as it lies.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder)?, orientation))
}

/// The square in the middle, as large as it shall be kept.
fn cut(picture: &DynamicImage, size: u32) -> RgbaImage {
    let (width, height) = picture.dimensions();
    let side = width.min(height);
    let (left, top) = ((width - side) / 2, (height - side) / 2);
    if side >= size {
        return shrink(picture, left, top, side, size);
    }
    let small = imageops::crop_imm(picture, left, top, side, side).to_image();
    imageops::resize(&small, size, size, FilterType::CatmullRom)
}

/// Makes a square smaller: each pixel is the mean of those it stands for, in which what can't be
/// seen does not count.
fn shrink(
    picture: &impl GenericImageView<Pixel = image::Rgba<u8>>,
    left: u32,
    top: u32,
    side: u32,
    size: u32,
) -> RgbaImage {
    let bound = |at: u32| u64::from(at) * u64::from(side) / u64::from(size);
    let range = |at: u32| {
        let (from, to) = (bound(at), bound(at + 1));
        let low = u32::try_from(from).unwrap_or(side);
        low..u32::try_from(to.max(from + 1)).unwrap_or(side).min(side)
    };
    RgbaImage::from_fn(size, size, |x, y| {
        let (mut colours, mut opacity, mut count) = ([0_u64; 3], 0_u64, 0_u64);
        for row in range(y) {
            for column in range(x) {
                let image::Rgba([red, green, blue, alpha]) =
                    picture.get_pixel(left + column, top + row);
                for (sum, colour) in colours.iter_mut().zip([red, green, blue]) {
                    *sum += u64::from(colour) * u64::from(alpha);
                }
                opacity += u64::from(alpha);
                count += 1;
            }
        }
        let mean = |sum: u64, of: u64| {
            u8::try_from((sum + of / 2).checked_div(of).unwrap_or(0)).unwrap_or(u8::MAX)
        };
        let [red, green, blue] = colours.map(|sum| mean(sum, opacity));
        image::Rgba([red, green, blue, mean(opacity, count)])
    })
}

fn encode(size: u32, square: &RgbaImage) -> Result<Square> {
    let mut bytes = Vec::new();
    let is_opaque = square.pixels().all(|pixel| pixel.0[3] == u8::MAX);
    let encoder = WebPEncoder::new_lossless(&mut bytes);
    let encoded = if is_opaque {
        let solid = DynamicImage::ImageRgba8(square.clone()).into_rgb8();
        encoder.encode(&solid, size, size, ExtendedColorType::Rgb8)
    } else {
        encoder.encode(square, size, size, ExtendedColorType::Rgba8)
    };
    encoded.map_err(|why| Error::internal("a picture was not encoded", why))?;
    Ok(Square { size, bytes })
}

#[cfg(test)]
pub(super) mod tests {
    use image::{ImageFormat, Rgb, RgbImage, Rgba};

    use super::{super::probe::probe, *};

    /// Left half red, right half blue, and noise on top of that.
    fn picture(width: u32, height: u32) -> DynamicImage {
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| {
            if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) }
        }))
    }

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    pub(in crate::media) fn png(width: u32, height: u32) -> Vec<u8> {
        written(&picture(width, height), ImageFormat::Png)
    }

    pub(in crate::media) fn jpeg(width: u32, height: u32) -> Vec<u8> {
        written(&picture(width, height), ImageFormat::Jpeg)
    }

    pub(in crate::media) fn webp(width: u32, height: u32) -> Vec<u8> {
        written(&picture(width, height), ImageFormat::WebP)
    }

    fn made(bytes: &[u8]) -> Vec<RgbaImage> {
        let squares = squares(bytes, &probe(bytes).unwrap()).unwrap();
        let sizes: Vec<_> = squares.iter().map(|square| square.size).collect();
        assert_eq!(sizes, SIZES);
        let load = |square: &Square| {
            image::load_from_memory_with_format(&square.bytes, ImageFormat::WebP).unwrap()
        };
        squares.iter().map(|square| load(square).into_rgba8()).collect()
    }

    fn is_near(pixel: &Rgba<u8>, expected: [u8; 4]) -> bool {
        pixel.0.iter().zip(expected).all(|(one, other)| one.abs_diff(other) < 12)
    }

    #[test]
    fn every_format_becomes_the_same_squares_of_the_middle() {
        for bytes in [png(600, 300), jpeg(600, 300), webp(600, 300), png(10, 7)] {
            for (square, size) in made(&bytes).iter().zip(SIZES) {
                assert_eq!(square.dimensions(), (size, size));
                let middle = size / 2;
                assert!(is_near(square.get_pixel(1, middle), [255, 0, 0, 255]));
                assert!(is_near(square.get_pixel(size - 2, middle), [0, 0, 255, 255]));
            }
        }
    }

    #[test]
    fn what_can_t_be_seen_does_not_darken_the_edges() {
        let seen = RgbaImage::from_fn(512, 512, |x, _| {
            if x % 2 == 0 { Rgba([255, 255, 255, 255]) } else { Rgba([0, 0, 0, 0]) }
        });
        let bytes = written(&DynamicImage::ImageRgba8(seen), ImageFormat::Png);
        for square in made(&bytes) {
            assert!(is_near(square.get_pixel(9, 9), [255, 255, 255, 128]));
        }
    }

    /// What a camera writes: EXIF with an orientation (6: to be turned by 90°) and a place.
    pub(in crate::media) fn exif() -> Vec<u8> {
        let mut tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01".to_vec();
        tiff.extend(b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00");
        tiff.extend(b"GPS 55.7558 N 37.6173 E");
        let length = u16::try_from(2 + 6 + tiff.len()).unwrap().to_be_bytes();
        [b"\xff\xe1".as_slice(), &length, b"Exif\x00\x00", &tiff].concat()
    }

    #[test]
    fn fi_1_a_picture_is_turned_as_its_camera_says_and_its_metadata_is_gone() {
        let mut bytes = jpeg(400, 400);
        bytes.splice(2..2, exif());
        let squares = squares(&bytes, &probe(&bytes).unwrap()).unwrap();
        for square in &squares {
            for trace in [b"Exif".as_slice(), b"EXIF", b"GPS", b"ICCP"] {
                assert!(!square.bytes.windows(trace.len()).any(|part| part == trace));
            }
        }
        let largest = &made(&bytes)[0];
        assert!(is_near(largest.get_pixel(128, 10), [255, 0, 0, 255]), "red is on top now");
        assert!(is_near(largest.get_pixel(128, 245), [0, 0, 255, 255]));
    }

    #[test]
    fn fi_1_what_is_hidden_behind_a_picture_does_not_come_along() {
        let mut bytes = png(64, 64);
        bytes.extend(b"<script>alert(1)</script>");
        for square in squares(&bytes, &probe(&bytes).unwrap()).unwrap() {
            assert!(!square.bytes.windows(7).any(|part| part == b"<script"));
        }
    }

    #[test]
    fn broken_pictures_are_refused_without_a_panic() {
        for whole in [png(64, 64), jpeg(64, 64), webp(64, 64)] {
            for at in (20..whole.len()).step_by(29) {
                let mut bytes = whole.clone();
                bytes[at] ^= 0x55;
                if let Ok(probed) = probe(&bytes) {
                    let _either = squares(&bytes, &probed);
                }
                if let Ok(probed) = probe(&whole[..at]) {
                    let _either = squares(&whole[..at], &probed);
                }
            }
        }
    }

    #[test]
    fn lossless_webp_is_smaller_than_png() {
        let shade = |value: u32| u8::try_from(value % 256).unwrap();
        let noisy = RgbImage::from_fn(256, 256, |x, y| {
            Rgb([shade((x * x + y * y) / 300), shade(x * y / 200), shade(x + y / 2)])
        });
        let bytes = written(&DynamicImage::ImageRgb8(noisy), ImageFormat::Png);
        let ours: usize = squares(&bytes, &probe(&bytes).unwrap()).unwrap()[0].bytes.len();
        assert!(ours < bytes.len(), "{ours} against {}", bytes.len());
    }
}
