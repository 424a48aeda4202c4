//! What a handler may ask for: to have it means that it was checked.

use std::{
    fmt::Display,
    future::{Future, Ready, ready},
    pin::Pin,
    str::FromStr,
    time::Duration,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{Method, header},
    web::{self, Bytes},
};
use futures_util::future::Either;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::time::timeout;
use url::form_urlencoded;

use super::admit::Admitted;
use crate::{
    actions::{Caller, Need, Viewer, avatars::PICTURE_BYTES_MAX, files::FILE_BYTES_MAX},
    error::{Code, Error, Result},
    flaws,
    model::{
        IdentityId, MessageId, RoomId, SessionId, TokenId, UserId, admin::audit::AuditId,
        id::FileId,
    },
};

/// The largest body that is read, in bytes.
pub(super) const BODY_BYTES_MAX: usize = 64 * 1024;
/// How long a caller may take over a body.
const BODY_WAIT: Duration = Duration::from_secs(10);
/// How many bytes of a file have to come in each further second.
const UPLOAD_BYTES_PER_S_MIN: usize = 128 * 1024;

impl FromRequest for Viewer {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let admitted = request.extensions().get::<Admitted>().cloned();
        let viewer = admitted.map_or_else(|| Err(Code::Unauthenticated.into()), |it| it.0);
        let need = need(request.method(), request.path());
        ready(viewer.and_then(|viewer| viewer.check(need).map(|()| viewer)))
    }
}

/// What a call needs of a token, whatever it is about: nobody can forget to ask.
fn need(method: &Method, path: &str) -> Need {
    if path.starts_with("/api/auth/") {
        Need::Session
    } else if path.starts_with("/api/admin/") {
        Need::Admin
    } else if matches!(*method, Method::GET | Method::HEAD) {
        Need::Read
    } else {
        Need::Write
    }
}

/// Whoever is asking, where that may be nobody.
pub(super) struct MaybeViewer(pub(super) Result<Viewer>);

impl FromRequest for MaybeViewer {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self(Viewer::from_request(request, payload).into_inner())))
    }
}

impl FromRequest for Caller {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(request.extensions().get::<Self>().cloned().unwrap_or_default()))
    }
}

/// A JSON body: of the right content type, not too large, every field known and of its type.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let body = read(request, payload, BODY_BYTES_MAX, BODY_WAIT);
        Box::pin(async move {
            if !is_json {
                return Err(Code::UnsupportedMediaType.into());
            }
            parse(&body.await?).map(Self)
        })
    }
}

/// A JSON body that may be left out altogether.
pub(super) struct MaybeBody<T>(pub(super) Option<T>);

impl<T: DeserializeOwned + 'static> FromRequest for MaybeBody<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let body = read(request, payload, BODY_BYTES_MAX, BODY_WAIT);
        Box::pin(async move {
            let body = body.await?;
            if body.is_empty() {
                return Ok(Self(None));
            }
            if !is_json {
                return Err(Code::UnsupportedMediaType.into());
            }
            parse(&body).map(|value| Self(Some(value)))
        })
    }
}

/// That no body came: a call that takes none refuses what it would not do anything with. `null` and an
/// object without fields are nothing; some programs can't help sending one.
pub(super) struct NoBody;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFields {}

impl FromRequest for NoBody {
    type Error = Error;
    type Future = Either<Ready<Result<Self>>, Pin<Box<dyn Future<Output = Result<Self>>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
        if !is_chunked && length(request).is_none_or(|length| length == 0) {
            return Either::Left(ready(Ok(Self)));
        }
        let is_json = is_json(request);
        let body = read(request, payload, BODY_BYTES_MAX, BODY_WAIT);
        Either::Right(Box::pin(async move {
            match body.await?.trim_ascii() {
                [] => Ok(Self),
                _ if !is_json => Err(Code::UnsupportedMediaType.into()),
                b"null" => Ok(Self),
                body => parse::<NoFields>(body).map(|_| Self),
            }
        }))
    }
}

/// A picture as it is, said to be one; its content is looked at by whoever takes it.
pub(super) struct Picture(pub(super) Bytes);

impl FromRequest for Picture {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_picture = is_one_of(request, &["image/png", "image/jpeg", "image/webp"]);
        let body = read(request, payload, PICTURE_BYTES_MAX, BODY_WAIT);
        Box::pin(async move {
            if !is_picture {
                return Err(Code::UnsupportedMediaType.into());
            }
            body.await.map(Self)
        })
    }
}

/// A file as it comes. Its bytes are not read before they are asked for: whether they may come is looked
/// at first.
pub(super) struct Upload {
    /// What the caller says that it is.
    pub(super) media_type: Option<String>,
    bytes: Pin<Box<dyn Future<Output = Result<Bytes>>>>,
}

impl Upload {
    /// The bytes.
    ///
    /// # Errors
    /// `too_large`; `malformed` when they do not come, or not in time.
    pub(super) async fn read(self) -> Result<Bytes> {
        self.bytes.await
    }
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_plain = !request.headers().contains_key(header::CONTENT_ENCODING);
        let mut given = request.headers().get_all(header::CONTENT_TYPE);
        let media_type = given.next().and_then(|kind| kind.to_str().ok()).map(str::to_owned);
        if given.next().is_some() || !is_plain {
            return ready(Err(Code::UnsupportedMediaType.into()));
        }
        let promised = length(request).unwrap_or(FILE_BYTES_MAX).min(FILE_BYTES_MAX);
        let seconds = u64::try_from(promised / UPLOAD_BYTES_PER_S_MIN).unwrap_or(0);
        let wait = BODY_WAIT + Duration::from_secs(seconds);
        let bytes = Box::pin(read(request, payload, FILE_BYTES_MAX, wait));
        ready(Ok(Self { media_type, bytes }))
    }
}

fn is_json(request: &HttpRequest) -> bool {
    is_one_of(request, &["application/json"])
}

/// Whether the content type is said once, and is one of these.
fn is_one_of(request: &HttpRequest, kinds: &[&str]) -> bool {
    let mut given = request.headers().get_all(header::CONTENT_TYPE);
    let is_plain = !request.headers().contains_key(header::CONTENT_ENCODING);
    let one = given.next().and_then(|kind| kind.to_str().ok());
    let essence = one.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    let is_known = kinds.iter().any(|kind| essence.eq_ignore_ascii_case(kind));
    is_plain && given.next().is_none() && is_known
}

fn read(
    request: &HttpRequest,
    payload: &mut Payload,
    bytes_max: usize,
    wait: Duration,
) -> impl Future<Output = Result<Bytes>> + use<> {
    let is_too_large = length(request).is_some_and(|length| length > bytes_max);
    let payload = web::Payload::from_request(request, payload);
    async move {
        if is_too_large {
            return Err(Code::TooLarge.into());
        }
        let payload = payload.await.map_err(|_| Error::from(Code::Malformed))?;
        let body = timeout(wait, payload.to_bytes_limited(bytes_max)).await;
        match body {
            Ok(Ok(Ok(body))) => Ok(body),
            Ok(Err(_)) => Err(Code::TooLarge.into()),
            Ok(Ok(Err(_))) | Err(_) => Err(Code::Malformed.into()),
        }
    }
}

/// How many bytes a body says that it has.
fn length(request: &HttpRequest) -> Option<usize> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    length.and_then(|length| length.to_str().ok()?.parse().ok())
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    // What can't be read at all and what has another type than expected are told apart by reading it
    // as any JSON: the deserialiser calls a list where a word belongs a mistake of writing.
    let refused = |path: &str, said: &str| match serde_json::from_slice::<Value>(body) {
        Ok(_) => flaws::of(path, said),
        Err(_) => Code::Malformed.into(),
    };
    if !body.trim_ascii_start().starts_with(b"{") {
        // A list would do for a struct, its fields in their order: nobody was promised that.
        return Err(refused(".", flaws::TYPE));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        let said = error.to_string();
        refused(&path, if error.is_data() { &said } else { flaws::TYPE })
    })?;
    json.end().map_err(|_| Error::from(Code::Malformed))?;
    Ok(value)
}

/// The parameters of the address: every one known, of its type, and there once.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = form_urlencoded::parse(request.query_string().as_bytes());
        let pairs = serde_urlencoded::Deserializer::new(pairs);
        let value = serde_path_to_error::deserialize(pairs);
        ready(value.map(Self).map_err(|error| {
            let path = error.path().to_string();
            flaws::of(&path, &error.into_inner().to_string())
        }))
    }
}

/// An id in the address. What is not an id names nothing, so it is not found.
pub(super) struct Id<T>(pub(super) T);

/// How an id is called in the addresses.
pub(super) trait PathId: FromStr + Display {
    /// The name between the braces.
    const NAME: &'static str;
}

impl PathId for RoomId {
    const NAME: &'static str = "room_id";
}

impl PathId for UserId {
    const NAME: &'static str = "user_id";
}

impl PathId for MessageId {
    const NAME: &'static str = "message_id";
}

impl PathId for FileId {
    const NAME: &'static str = "file_id";
}

impl PathId for SessionId {
    const NAME: &'static str = "session_id";
}

impl PathId for IdentityId {
    const NAME: &'static str = "identity_id";
}

impl PathId for TokenId {
    const NAME: &'static str = "token_id";
}

impl PathId for AuditId {
    const NAME: &'static str = "audit_id";
}

impl<T: PathId> FromRequest for Id<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get(T::NAME).unwrap_or_default();
        let id = text.parse::<T>().ok().filter(|id| id.to_string() == text);
        ready(id.map(Self).ok_or_else(|| Code::NotFound.into()))
    }
}
