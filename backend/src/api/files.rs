//! `/api/rooms/{room_id}/files`: uploading files, reading them, taking back what was not sent.

use std::io;

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    delete, get,
    http::header::{self, HeaderMap},
    post,
    web::Data,
};
use futures_util::TryStreamExt;
use url::form_urlencoded;

use super::{
    extract::{Id, NoBody, Query, Upload},
    services::Services,
};
use crate::{
    actions::{Context, Viewer, files},
    error::Result,
    model::{
        RoomId,
        file::{File, OCTETS, UploadFile},
        id::FileId,
    },
};

/// What a browser may do with a file that is opened by itself: show it, if it is a picture.
const CSP: &str = "sandbox; default-src 'none'";
/// Nobody else keeps it, and whoever keeps it asks each time: it may have been deleted.
const ASK: &str = "private, no-cache";

pub(super) fn configure(service: &mut impl Services) {
    service.service(upload_file).service(get_file).service(discard_file);
}

/// Upload a file, to be sent with a message.
///
/// The body is the file, at most 8 MiB, within 10 seconds and one more for every 128 KiB. PNG, JPEG and
/// WebP, by their content, are decoded and written anew, so that nothing is left of them but what they
/// show, no place and no camera: at most 4096 pixels on a side and 16 million altogether, not moving.
/// What is not sent within an hour is deleted. At most 200 files a day, and 256 MiB altogether.
#[utoipa::path(tag = "files", security(("bearer" = [])),
    params(("room_id" = RoomId, Path, description = "Which room."), UploadFile),
    request_body(description = "The file, as whatever it is said to be.", content_type = "*/*", content = serde_json::Value),
    responses(
        (status = 201, description = "The file, durable.", body = File),
        (status = 403, description = "`forbidden`: the caller is no member; `room_staff_only`, `blocked_by_you`, `not_accepted`."),
        (status = 413, description = "`too_large`: a file may have 8 MiB, also a picture that was written anew."),
        (status = 415, description = "`unsupported_media_type`: the body is encoded, or of two types."),
        (status = 422, description = "`invalid`: `name`; `file` is `blank` or, for a picture, `malformed`, `animated`, or has `too_many_pixels`."),
        (status = 507, description = "`quota_reached`: the caller's files have 256 MiB; `storage_full`."),
    ))]
#[post("/api/rooms/{room_id}/files")]
async fn upload_file(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(id): Id<RoomId>,
    Query(wanted): Query<UploadFile>,
    upload: Upload,
) -> Result<HttpResponse> {
    let begun = files::begin(&ctx, &viewer, id, wanted, upload.media_type.as_deref()).await?;
    let file = begun.keep(&ctx, &viewer, upload.read().await?).await?;
    Ok(HttpResponse::Created().json(file))
}

/// Get the bytes of a file.
///
/// A picture that was written anew comes as what it is, everything else as a download of no type.
#[utoipa::path(tag = "files", security(("bearer" = [])),
    params(
        ("room_id" = RoomId, Path, description = "Which room."),
        ("file_id" = FileId, Path, description = "Which file."),
    ),
    responses(
        (status = 200, description = "The file.", content(
            (String = "application/octet-stream"), (String = "image/png"), (String = "image/jpeg"), (String = "image/webp"),
        )),
        (status = 304, description = "It is what `If-None-Match` names."),
        (status = 403, description = "`forbidden`: the caller is no member; `room_staff_only`."),
    ))]
#[get("/api/rooms/{room_id}/files/{file_id}")]
async fn get_file(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(room_id): Id<RoomId>,
    Id(id): Id<FileId>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let file = files::find(&ctx, &viewer, room_id, id).await?;
    Ok(answer(&ctx, &file, request.headers()))
}

/// Delete a file of the caller that was not sent.
#[utoipa::path(tag = "files", security(("bearer" = [])),
    params(
        ("room_id" = RoomId, Path, description = "Which room."),
        ("file_id" = FileId, Path, description = "Which file."),
    ),
    responses(
        (status = 204, description = "There is no such file any more."),
        (status = 403, description = "`forbidden`: somebody else has sent it, or the caller is no member; `room_staff_only`."),
        (status = 409, description = "`conflict`: it stands in a message, and goes with it."),
    ))]
#[delete("/api/rooms/{room_id}/files/{file_id}")]
async fn discard_file(
    ctx: Data<Context>,
    viewer: Viewer,
    Id(room_id): Id<RoomId>,
    Id(id): Id<FileId>,
    _: NoBody,
) -> Result<HttpResponse> {
    files::discard(&ctx, &viewer, room_id, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn answer(ctx: &Context, file: &File, headers: &HeaderMap) -> HttpResponse {
    // What is under an id never changes.
    let tag = format!("\"{}\"", file.id);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let is_known = known.unwrap_or_default().split(',').any(|known| known.trim() == tag);
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, ASK))
        .insert_header((header::CONTENT_SECURITY_POLICY, CSP))
        .insert_header((header::CONTENT_DISPOSITION, disposition(file)));
    if is_known {
        return response.finish();
    }
    let bytes = files::read(ctx, file.id).map_err(io::Error::other);
    let media_type = if file.is_picture() { &file.media_type } else { OCTETS };
    let size = u64::try_from(file.size).unwrap_or(0);
    response.content_type(media_type).body(SizedStream::new(size, Box::pin(bytes)))
}

/// How a browser is to take a file (RFC 6266): whatever is no picture of ours is never opened in place.
fn disposition(file: &File) -> String {
    let kind = if file.is_picture() { "inline" } else { "attachment" };
    let is_plain = |char: char| char.is_ascii_alphanumeric() || " ._-".contains(char);
    let plain: String =
        file.name.chars().map(|char| if is_plain(char) { char } else { '_' }).collect();
    // That form is RFC 5987's, except for spaces.
    let encoded = form_urlencoded::byte_serialize(file.name.as_bytes()).collect::<String>();
    let encoded = encoded.replace('+', "%20").replace('*', "%2A");
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn fi_3_a_name_can_t_leave_its_place_in_a_header() {
        let file = |name: &str, width| File {
            id: FileId(1),
            room_id: RoomId(1),
            name: name.to_owned(),
            media_type: "text/html".to_owned(),
            size: 1,
            width,
            height: width,
            created_at: Timestamp(0),
        };
        for (name, width, expected) in [
            ("a b.txt", None, "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt"),
            (
                "a\"; x=\"",
                Some(1),
                "inline; filename=\"a__ x__\"; filename*=UTF-8''a%22%3B%20x%3D%22",
            ),
            ("ё'*", None, "attachment; filename=\"___\"; filename*=UTF-8''%D1%91%27%2A"),
        ] {
            assert_eq!(disposition(&file(name, width)), expected);
        }
    }
}
