//! Which of the compressed forms of a file a caller takes.

use actix_web::{HttpRequest, http::header};

/// A form in which a file was compressed when the client was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// The smallest first.
    const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }

    /// Where the compressed form of a file lies.
    pub(super) fn file_of(self, path: &str) -> String {
        format!("{path}{}", self.suffix())
    }

    /// Whether a path names a compressed form, which is never served under its own name.
    pub(super) fn is_compressed(path: &str) -> bool {
        Self::ALL.iter().any(|encoding| path.ends_with(encoding.suffix()))
    }

    /// Those that the caller takes, the smallest first.
    pub(super) fn accepted(request: &HttpRequest) -> impl Iterator<Item = Self> {
        let accept = request.headers().get(header::ACCEPT_ENCODING);
        let accept = accept.and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        let accept = accept.to_ascii_lowercase();
        Self::ALL.into_iter().filter(move |encoding| takes(&accept, encoding.name()))
    }
}

/// Whether a list names an encoding, and not with a quality of zero.
fn takes(accept: &str, name: &str) -> bool {
    accept.split(',').any(|part| {
        let (coding, parameters) = part.split_once(';').unwrap_or((part, ""));
        let quality =
            parameters.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok());
        coding.trim() == name && quality != Some(0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_form_that_the_caller_takes_is_chosen() {
        for (accept, chosen) in [
            ("gzip, deflate, br, zstd", vec![Encoding::Brotli, Encoding::Gzip]),
            ("br;q=0, gzip;q=0.5", vec![Encoding::Gzip]),
            ("identity", vec![]),
            ("xbr", vec![]),
        ] {
            let request = actix_web::test::TestRequest::default()
                .insert_header((header::ACCEPT_ENCODING, accept))
                .to_http_request();
            assert_eq!(Encoding::accepted(&request).collect::<Vec<_>>(), chosen, "{accept}");
        }
    }
}
