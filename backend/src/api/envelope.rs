//! What goes around every response: its request id, its security headers, and errors as problems.

use std::sync::Arc;

use actix_web::{
    Error as HttpError, HttpMessage,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};

use super::{
    address,
    headers::locale_of,
    problem::{self, PROBLEM_JSON},
};
use crate::{error::Error, model::profile::Locale, site::Site};

/// The longest request id that is taken over from a caller, in characters.
const REQUEST_ID_CHARS_MAX: usize = 64;
/// What a response may load when it does not say so itself: nothing.
const CSP: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// For a year; only where people reach the server by https.
const HSTS: &str = "max-age=31536000";

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What is known of a request before anything is done for it.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// To find it in the logs.
    pub(super) request_id: Arc<str>,
    /// The language of its answer.
    pub(super) locale: Locale,
}

/// Puts the envelope around a request. The outermost of all layers.
///
/// # Errors
/// None of its own.
pub async fn envelope<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, HttpError> {
    address::settle(&mut request);
    let asked = asked(request.headers());
    let site = request.app_data::<web::Data<Site>>().cloned();
    let is_https = site.is_some_and(|site| site.is_https());
    let is_api = is_api(request.path());
    request.extensions_mut().insert(asked.clone());
    if !is_api {
        // The other door finds it where callers may put one.
        put(request.headers_mut(), REQUEST_ID, &asked.request_id);
    }
    if request.method() == Method::HEAD {
        // Routed like the GET it stands for; the framework leaves the body away.
        request.head_mut().method = Method::GET;
    }
    // Handlers and extractors answer their errors as responses, so no error arrives here.
    let mut response = as_problem(next.call(request).await?, &asked);
    let headers = response.headers_mut();
    put(headers, REQUEST_ID, &asked.request_id);
    put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, header::REFERRER_POLICY, "no-referrer");
    put(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put_unless_there(headers, header::CONTENT_SECURITY_POLICY, CSP);
    if is_api {
        put_unless_there(headers, header::CACHE_CONTROL, "no-store");
    }
    if is_https {
        put(headers, header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    Ok(response)
}

/// Whether a path belongs to the API.
pub(super) fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

fn asked(headers: &HeaderMap) -> Asked {
    let given = headers.get(&REQUEST_ID).and_then(|id| id.to_str().ok()).filter(|id| is_safe(id));
    let request_id = match given {
        Some(id) => id.into(),
        None => format!("{:032x}", rand::random::<u128>()).into(),
    };
    let language = headers.get(header::ACCEPT_LANGUAGE).and_then(|list| list.to_str().ok());
    Asked { request_id, locale: locale_of(language.unwrap_or_default()) }
}

/// Whether a caller's request id can stand in a log line as it is.
fn is_safe(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !id.is_empty() && id.len() <= REQUEST_ID_CHARS_MAX && id.bytes().all(is_plain)
}

/// Turns every error response into a problem, whoever made it.
fn as_problem<B>(
    response: ServiceResponse<B>,
    asked: &Asked,
) -> ServiceResponse<EitherBody<B, BoxBody>>
where
    B: MessageBody + 'static,
{
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_told = kind.is_some_and(|kind| {
        kind == PROBLEM_JSON
            || (kind == "application/json" && status == StatusCode::SERVICE_UNAVAILABLE)
    });
    if !is_error || is_told {
        return response.map_into_left_body();
    }
    let problem = match response.response().error() {
        Some(error) => problem_of(error, status, asked),
        None => problem::response(&problem::of_status(status), asked.locale, &asked.request_id),
    };
    let (http, old) = response.into_parts();
    let mut problem = problem;
    for (name, value) in old.headers().iter().filter(|(name, _)| *name != header::CONTENT_TYPE) {
        if name != header::CONTENT_LENGTH && !problem.headers().contains_key(name) {
            problem.headers_mut().append(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(http, problem.map_into_right_body())
}

/// The problem of an error: one of ours, or one that the framework has answered with a status. (What the
/// error itself says of its status may be another one.)
fn problem_of(error: &HttpError, status: StatusCode, asked: &Asked) -> actix_web::HttpResponse {
    let known = error.as_error::<Error>().cloned();
    let error = known.unwrap_or_else(|| problem::of_status(status));
    problem::response(&error, asked.locale, &asked.request_id)
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn put_unless_there(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if !headers.contains_key(&name) {
        put(headers, name, value);
    }
}
