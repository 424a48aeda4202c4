//! Door 1: `GET /gateway`, one WebSocket for all rooms of one signed-in person.
//!
//! [`upgrade`] lets sockets in; [`Worker`] is what they share on a thread; `socket` moves frames and
//! decides nothing; [`session`] decides and touches no socket. What is heard comes from the hub,
//! what is done goes to the actions. This folder must not know SQL, and not the other door.
//! To add a command: its struct and variant in `model/command.rs`, its arm in `commands`.

mod catch_up;
mod close;
mod commands;
mod drain;
mod frame;
mod greet;
mod lengths;
mod outgoing;
mod repair;
mod session;
mod socket;
mod worker;

use std::rc::Rc;

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::header::{self, HeaderMap, HeaderValue},
    rt, web,
};

pub use repair::{Repairs, repairs};
pub use worker::Worker;

use crate::{actions::Caller, error::Error, limits::Net, site::Site};
use lengths::Lengths;
use outgoing::Outgoing;

/// How large a frame, or a message in several frames, is at the most, in bytes (1009).
const FRAME_BYTES_MAX: usize = 128 * 1024;
/// After how long some of the sockets that say nothing are gone, in seconds.
const HELLO_WAIT_S: u32 = 5;
/// How much of a program's name is looked at, in characters.
const USER_AGENT_CHARS_MAX: usize = 512;

/// Adds the address. The application data must have an `Rc<Worker>`, one per thread, and [`Site`].
pub fn configure(service: &mut web::ServiceConfig) {
    service.route("/gateway", web::get().to(upgrade));
}

/// Turns a request into a socket.
async fn upgrade(request: HttpRequest, payload: web::Payload) -> actix_web::Result<HttpResponse> {
    let Some(worker) = request.app_data::<Rc<Worker>>().cloned() else {
        return Ok(HttpResponse::ServiceUnavailable().finish());
    };
    let site = request.app_data::<web::Data<Site>>().cloned().unwrap_or_default();
    if !may_come_in(&site, request.headers()) {
        return Ok(HttpResponse::Forbidden().finish());
    }
    if worker.is_draining() {
        return Ok(HttpResponse::ServiceUnavailable().finish());
    }
    let caller = caller(&site, &request);
    let Some(place) = worker.ctx.limits.silent_sockets.enter(&Net::from(caller.ip)) else {
        return Err(Error::rate_limited(HELLO_WAIT_S).into());
    };
    let payload = Box::pin(Lengths::new(payload.into_inner(), FRAME_BYTES_MAX));
    let payload = web::Payload::from_request(&request, &mut Payload::Stream { payload }).await?;
    let (response, _, stream) = actix_ws::handle(&request, payload)?;
    let stream = stream
        .max_frame_size(FRAME_BYTES_MAX)
        .aggregate_continuations()
        .max_continuation_size(FRAME_BYTES_MAX);
    let socket = worker.admit(bearer(request.headers()), caller, place);
    let (head, replaced) = response.into_parts();
    let body = Outgoing::new(socket.queue().clone(), worker, replaced);
    rt::spawn(socket.run(stream));
    Ok(head.set_body(body).map_into_boxed_body())
}

/// The token of `Authorization: Bearer`; none if the header stands there twice.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let mut given = headers.get_all(header::AUTHORIZATION);
    let (Some(one), None) = (given.next(), given.next()) else { return None };
    let (scheme, token) = one.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.to_owned())
}

/// Whether the request comes from a page of ours or of an origin that was allowed, or from a program,
/// which sends no `Origin`: it may, since no cookie ever authenticates a socket.
fn may_come_in(site: &Site, headers: &HeaderMap) -> bool {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let host = headers.get(header::HOST).map(text);
    headers.get_all(header::ORIGIN).all(|origin| site.is_own_page(&text(origin), host.as_deref()))
}

fn caller(site: &Site, request: &HttpRequest) -> Caller {
    let headers = request.headers().get_all("X-Forwarded-For");
    let forwarded: Vec<&str> = headers.filter_map(|list| list.to_str().ok()).collect();
    let agent = request.headers().get(header::USER_AGENT);
    let agent = agent.map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    Caller {
        ip: request.peer_addr().map(|peer| site.address_of(peer.ip(), &forwarded)),
        user_agent: agent.map(|agent| agent.chars().take(USER_AGENT_CHARS_MAX).collect()),
        ..Caller::default()
    }
}
