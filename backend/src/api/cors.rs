//! Pages of other origins: only those that were allowed, exactly; never with cookies.

use actix_web::{
    Error as HttpError, HttpResponse,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderValue},
    },
    middleware::Next,
    web,
};

use crate::site::Site;

/// What such a page may do.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
/// What it may send.
const REQUEST_HEADERS: &str = "Authorization, Content-Type, Accept-Language, X-Request-Id";
/// What it may read.
const RESPONSE_HEADERS: &str =
    "X-Request-Id, Retry-After, RateLimit, RateLimit-Policy, Idempotent-Replay";
/// For how long a browser may remember that, in seconds.
const MAX_AGE_S: &str = "600";

/// Answers preflights and marks responses that a page of an allowed origin may read.
///
/// # Errors
/// Those of what lies inside.
pub async fn cors<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, HttpError> {
    let site = request.app_data::<web::Data<Site>>().cloned();
    let origin = request.headers().get(header::ORIGIN).cloned();
    let origin = origin.filter(|origin| site.as_ref().is_some_and(|site| is_allowed(site, origin)));
    let asks = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match &origin {
        Some(_) if request.method() == Method::OPTIONS && asks => {
            request.into_response(preflight()).map_into_right_body()
        }
        _ => next.call(request).await?.map_into_left_body(),
    };
    let headers = response.headers_mut();
    if site.is_some_and(|site| !site.allowed_origins.is_empty()) {
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let exposed = HeaderValue::from_static(RESPONSE_HEADERS);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    Ok(response)
}

fn is_allowed(site: &Site, origin: &HeaderValue) -> bool {
    site.is_allowed_origin(origin.to_str().unwrap_or_default())
}

fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_S))
        .finish()
}
