//! Which server a caller means: said once, and readable. Whatever stands between the caller and this
//! server must not be able to read another one out of the same request (SECURITY, IN-7).

use actix_web::{
    Error as HttpError,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{header, uri::Authority},
    middleware::Next,
};

use crate::error::{Code, Error};

/// Refuses a request with two hosts or with one that is none.
///
/// # Errors
/// Those of what lies inside; the refusal is a response.
pub async fn host<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, HttpError> {
    let mut given = request.headers().get_all(header::HOST);
    let host = given.next().map(|host| host.to_str().is_ok_and(is_authority));
    if given.next().is_some() || host == Some(false) {
        let refusal = request.error_response(Error::from(Code::Malformed));
        return Ok(refusal.map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
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
