//! What is wrong with a request whatever it asks for: its head is too large, or it does not say once and
//! readably which server it means. Whatever stands between the caller and this server must not be able
//! to read another one out of the same request (SECURITY, IN-7).

use actix_web::{
    Error as HttpError,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        header::{self, HeaderName, HeaderValue},
        uri::Authority,
    },
    middleware::Next,
};

use crate::error::{Code, Error};

/// How large a head may be, in bytes (PROTOCOL, section 5).
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// What stands around a header's name and its value, in bytes.
const AROUND_HEADER: usize = ": \r\n".len();

/// Refuses a request with too large a head, with two hosts or with one that is none.
///
/// # Errors
/// Those of what lies inside; the refusal is a response.
pub async fn host<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, HttpError> {
    let mut given = request.headers().get_all(header::HOST);
    let host = given.next().map(|host| host.to_str().is_ok_and(is_authority));
    let code = match head_bytes(&request) {
        HEAD_BYTES_MAX.. => Code::HeadTooLarge,
        _ if given.next().is_some() || host == Some(false) => Code::Malformed,
        _ => return Ok(next.call(request).await?.map_into_left_body()),
    };
    Ok(request.error_response(Error::from(code)).map_into_right_body())
}

/// About how large the head of a request is.
fn head_bytes(request: &ServiceRequest) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let header = |(name, value): (&HeaderName, &HeaderValue)| {
        name.as_str().len().saturating_add(value.len()).saturating_add(AROUND_HEADER)
    };
    request.headers().iter().map(header).fold(target, usize::saturating_add)
}

fn is_authority(host: &str) -> bool {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || ".-_:[]".contains(char);
    host.chars().all(is_plain) && host.parse::<Authority>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_perhaps_a_port() {
        for good in
            ["chat.example", "chat.example:8000", "127.0.0.1", "[::1]:80", "xn--80a.example"]
        {
            assert!(is_authority(good), "{good}");
        }
        for bad in ["", "a b", "a/b", "user@chat.example", "[::1", "a:b:c", "a,b"] {
            assert!(!is_authority(bad), "{bad}");
        }
    }
}
