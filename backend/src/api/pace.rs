//! Tells a connection when a request of its is being answered, and ends it after a request whose body
//! nobody wanted to the end.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    Error as HttpError, HttpMessage,
    body::{BodySize, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    http::{ConnectionType, StatusCode, header},
    middleware::Next,
};
use bytes::Bytes;
use futures_util::Stream;
use pin_project_lite::pin_project;

use crate::pace::{Activity, Busy};

/// The outermost of all layers.
///
/// # Errors
/// Those of what lies inside.
pub async fn pace<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Answering<B>>, HttpError> {
    let busy = request.conn_data::<Activity>().map(Activity::begin);
    let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let is_upgrade = request.headers().contains_key(header::UPGRADE);
    let unread = is_chunked.then(|| Unread::of(&mut request));
    let mut response = next.call(request).await?;
    if is_upgrade && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        // Whatever comes next was perhaps meant for another protocol: it is not read as a request.
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(response.map_body(|_, body| Answering { body, _busy: busy, _unread: unread }))
}

pin_project! {
    /// An answer that is being given.
    pub struct Answering<B> {
        #[pin]
        body: B,
        _busy: Option<Busy>,
        _unread: Option<Unread>,
    }
}

impl<B: MessageBody> MessageBody for Answering<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, B::Error>>> {
        self.project().body.poll_next(cx)
    }
}

/// The body of a request, kept until it has been answered. The framework reads a body that was
/// dropped to its end, however long the caller draws that out; one that is still kept when the answer
/// ends makes it end the connection.
#[derive(Clone)]
struct Unread(Rc<RefCell<Payload>>);

impl Unread {
    /// Of this request, which reads it through this.
    fn of(request: &mut ServiceRequest) -> Self {
        let unread = Self(Rc::new(RefCell::new(request.take_payload())));
        request.set_payload(Payload::Stream { payload: Box::pin(unread.clone()) });
        unread
    }
}

impl Stream for Unread {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(cx)
    }
}
