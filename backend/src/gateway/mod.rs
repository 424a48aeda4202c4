//! Door 1: `GET /gateway`, one WebSocket for all rooms of one signed-in person.
//!
//! [`upgrade`] lets sockets in; [`Worker`] is what they share on a thread; `socket` moves frames and
//! decides nothing, by `intake` and `writing`, which take the wire over from the framework once the
//! answer to the upgrade is out; [`session`] decides and touches no socket. What is heard comes from the hub,
//! what is done goes to the actions. This folder must not know SQL, and not the other door.
//! To add a command: its struct and variant in `model/command.rs`, its arm in `commands`.

mod catch_up;
mod close;
mod commands;
mod drain;
#[cfg(test)]
pub(crate) mod echo;
mod frame;
#[cfg(test)]
mod fuzz;
mod greet;
mod incoming;
mod intake;
mod messages;
mod outgoing;
mod repair;
mod session;
mod shared;
mod socket;
mod utf8;
mod worker;
mod writing;

use std::{rc::Rc, sync::Arc};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::header::{self, HeaderMap, HeaderValue},
    rt, web,
};

pub use repair::{Repairs, repairs};
pub use worker::Worker;

use crate::{
    actions::Caller,
    error::Error,
    limits::{Inside, Net},
    pace::Wire,
    site::{self, Site},
};
use intake::Intake;
use messages::Messages;
use outgoing::Outgoing;
use session::{HELLO_WAIT_S, Session};
use socket::Arrival;

/// How large a frame, or a message in several frames, is at the most, in bytes (1009).
const FRAME_BYTES_MAX: usize = 128 * 1024;
/// How much somebody may say before it is known who they are, in bytes (SECURITY, WS-2); a longer `hello`
/// is read once the token in its first so many bytes is known to be good, or if few of its address are read
/// whose token does not stand there.
const STRANGER_BYTES_MAX: usize = 4 * 1024;

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
    let session = Session::new(worker.now(), worker.ctx.limits.commands, caller.locale);
    let arrival = Arrival { bearer: bearer(request.headers()), caller };
    open(&request, payload, worker, Admitted { session, place, arrival }).await
}

/// Who comes in, and how.
struct Admitted {
    session: Session,
    place: Inside<Net>,
    arrival: Arrival,
}

/// Answers the handshake and runs the socket.
async fn open(
    request: &HttpRequest,
    payload: web::Payload,
    worker: Rc<Worker>,
    admitted: Admitted,
) -> actix_web::Result<HttpResponse> {
    let Some(wire) = request.conn_data::<Wire>().cloned() else {
        return Ok(HttpResponse::ServiceUnavailable().finish());
    };
    let intake = Intake::new(payload.into_inner(), wire.clone(), worker.clone());
    // The handshake is the framework's; what it would read and write with is not needed.
    let nothing = web::Payload::from_request(request, &mut Payload::None).await?;
    let (response, _, _) = actix_ws::handle(request, nothing)?;
    let mut messages = Messages::new(intake, FRAME_BYTES_MAX, STRANGER_BYTES_MAX);
    if !admitted.session.is_stranger() {
        messages.trust();
    }
    let socket = worker.admit(admitted, wire);
    let body = Outgoing(socket.shared().clone());
    // What is lent lies in the task once; what is given away would lie there twice.
    rt::spawn(async move { socket.run(&mut messages).await });
    Ok(response.set_body(body).map_into_boxed_body())
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let given = headers.get_all(header::AUTHORIZATION).map(|given| given.to_str().ok());
    site::bearer(given).map(str::to_owned)
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
    Caller {
        ip: request.peer_addr().map(|peer| site.address_of(peer.ip(), &forwarded)),
        user_agent: agent.map(|agent| site::user_agent(agent.as_bytes())),
        request_id: request
            .headers()
            .get("x-request-id")
            .and_then(|id| id.to_str().ok())
            .map(Arc::from),
        ..Caller::default()
    }
}
