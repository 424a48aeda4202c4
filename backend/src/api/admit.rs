//! Who is asking, and is it too much: settled once per call, before its handler.

use actix_web::{
    Error as HttpError, HttpMessage,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};

use super::{
    envelope::{Asked, is_api},
    headers::address_of,
    problem,
};
use crate::{
    actions::{Caller, Context, Viewer, sessions},
    error::{Code, Error},
    limits::{Allowance, Net},
    site::{self, Site},
};

/// What came of the call's `Authorization`, for the extractor [`Viewer`].
#[derive(Clone)]
pub(super) struct Admitted(pub(super) Result<Viewer, Error>);

/// Admits calls below `/api`: a person's by their own limit, all others by their address's.
///
/// # Errors
/// Those of what lies inside; a refusal is a response, with its headers.
pub async fn admit<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, HttpError> {
    let context = request.app_data::<web::Data<Context>>().cloned();
    let (Some(ctx), true) = (context, is_api(request.path())) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let caller = caller(&request);
    let net = Net::from(caller.ip);
    request.extensions_mut().insert(caller.clone());
    let viewer = match bearer(request.headers()) {
        Some(token) => sessions::authenticate_from(&ctx, token, &caller).await,
        None => Err(Error::from(Code::Unauthenticated)),
    };
    let now = ctx.db.clock().now();
    let (policy, allowance) = match &viewer {
        Ok(viewer) => ("person", ctx.limits.calls_by_person.take(&viewer.user_id, now)),
        Err(_) => ("address", ctx.limits.calls_by_address.take(&net, now)),
    };
    request.extensions_mut().insert(Admitted(viewer));
    let mut response = match allowance.check() {
        Ok(()) => {
            let response = next.call(request).await?;
            note_refused(&ctx, &response);
            let response = response.map_into_left_body();
            if response.status() == StatusCode::TOO_MANY_REQUESTS {
                // Another limit was reached: what is left of this one would mislead.
                return Ok(response);
            }
            response
        }
        Err(refusal) => {
            let asked = request.extensions().get::<Asked>().cloned();
            let (locale, id) = asked.map(|it| (it.locale, it.request_id)).unwrap_or_default();
            let refusal = problem::response(&refusal, locale, &id);
            request.into_response(refusal).map_into_right_body()
        }
    };
    say(response.headers_mut(), policy, allowance);
    Ok(response)
}

/// Notes what somebody who is signed in was refused.
fn note_refused<B>(ctx: &Context, response: &ServiceResponse<B>) {
    let refusal = response.response().error().and_then(|error| error.as_error::<Error>());
    let Some(refusal) = refusal.filter(|_| response.status() == StatusCode::FORBIDDEN) else {
        return;
    };
    let request = response.request();
    if let Some(Admitted(Ok(viewer))) = request.extensions().get() {
        let address = request.match_pattern().unwrap_or_default();
        viewer.note_refused(ctx, &format!("{} {address}", request.method()), refusal);
    }
}

fn caller(request: &ServiceRequest) -> Caller {
    let own = request.app_data::<web::Data<Site>>();
    let user_agent = request.headers().get(header::USER_AGENT);
    let asked = request.extensions().get::<Asked>().cloned();
    Caller {
        ip: own.and_then(|site| address_of(site, request.request())),
        user_agent: user_agent.map(|agent| site::user_agent(agent.as_bytes())),
        locale: asked.as_ref().map(|asked| asked.locale).unwrap_or_default(),
        request_id: asked.map(|asked| asked.request_id),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    site::bearer(headers.get_all(header::AUTHORIZATION).map(|given| given.to_str().ok()))
}

/// How much is left, in the form of the IETF's draft on rate limit headers.
fn say(headers: &mut HeaderMap, policy: &str, allowance: Allowance) {
    let Allowance { quota, remaining, reset_s, .. } = allowance;
    let limit = format!("\"{policy}\";q={};w={}", quota.burst, quota.window_s());
    let left = format!("\"{policy}\";r={remaining};t={reset_s}");
    for (name, value) in [("ratelimit-policy", limit), ("ratelimit", left)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}
