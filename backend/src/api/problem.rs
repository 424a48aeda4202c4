//! Errors on their way out: every one of them as `application/problem+json`, the framework's too.

use actix_web::{
    HttpResponse, HttpResponseBuilder, ResponseError,
    http::{StatusCode, header},
};

use crate::{
    error::{Code, Error},
    model::profile::Locale,
};

/// The content type of an error (RFC 9457).
pub(super) const PROBLEM_JSON: &str = "application/problem+json";

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Bare: the envelope, which knows the request, writes the body.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// The response that an error makes.
pub(super) fn response(error: &Error, locale: Locale, request_id: &str) -> HttpResponse {
    let mut response = HttpResponseBuilder::new(error.status_code());
    response.content_type(PROBLEM_JSON);
    if let Some(seconds) = error.retry_after_s {
        response.insert_header((header::RETRY_AFTER, seconds));
    }
    if error.code.status() == 401 {
        response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    match serde_json::to_vec(&error.problem(locale, request_id)) {
        Ok(body) => response.body(body),
        Err(_) => response.finish(),
    }
}

/// Our error for what the framework says by itself, by its status.
pub(super) fn of_status(status: StatusCode) -> Error {
    match status.as_u16() {
        401 => Code::Unauthenticated.into(),
        403 => Code::Forbidden.into(),
        404 => Code::NotFound.into(),
        405 => Code::MethodNotAllowed.into(),
        413 => Code::TooLarge.into(),
        415 => Code::UnsupportedMediaType.into(),
        400..=499 => Code::Malformed.into(),
        503 => Code::Unavailable.into(),
        _ => Error::internal("a request failed", status),
    }
}
