//! A door that says back what it hears, on the very transport of the real one: the test suites of the
//! protocol want to hear themselves. Only tests have it.

use std::rc::Rc;

use actix_web::{HttpRequest, HttpResponse, web};
use bytes::{Bytes, BytesMut};

use super::{Admitted, Arrival, Worker, open, session::Session};
use crate::{error::Error, limits::Net, model::frame};

/// The first byte of an unfragmented binary frame.
const BINARY: u8 = 0x82;

/// Adds the address; the application data must have an `Rc<Worker>`.
pub(crate) fn configure(service: &mut web::ServiceConfig) {
    service.route("/echo", web::get().to(upgrade));
}

async fn upgrade(request: HttpRequest, payload: web::Payload) -> actix_web::Result<HttpResponse> {
    let worker = request.app_data::<Rc<Worker>>().cloned().unwrap();
    let place = worker.ctx.limits.silent_sockets.enter(&Net::from(None));
    let place = place.ok_or_else(|| Error::rate_limited(1))?;
    let session = Session::echo(worker.now());
    open(&request, payload, worker, Admitted { session, place, arrival: Arrival::default() }).await
}

/// A frame that carries what is no text.
pub(super) fn binary(bytes: &[u8]) -> Bytes {
    let mut frame = BytesMut::from(&*frame::text(&[bytes]));
    frame[0] = BINARY;
    frame.freeze()
}
