//! `/api/version`: which server and which web client this is, so that a page that is open for days can
//! offer to load anew.

use actix_web::{
    HttpResponse, get,
    http::header::{self, ETag, EntityTag},
    web::Data,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::services::Services;

/// The web client inside this server: another one has another name.
#[derive(Clone, Debug)]
pub struct Build(pub String);

pub(super) fn configure(service: &mut impl Services) {
    service.service(get_version);
}

/// Which server and which web client this is.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Version {
    /// The version of the server and of the contracts.
    version: &'static str,
    /// The web client inside: another one has another name. It is also the `ETag`.
    client: String,
}

/// Get the versions of the server and of the web client inside.
///
/// `HEAD` is enough to learn whether there is another client: compare the `ETag`.
#[utoipa::path(tag = "index", responses((status = 200, description = "They.", body = Version)))]
#[get("/api/version")]
async fn get_version(build: Data<Build>) -> HttpResponse {
    let client = build.0.clone();
    HttpResponse::Ok()
        .insert_header(ETag(EntityTag::new_strong(client.clone())))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .json(Version { version: env!("CARGO_PKG_VERSION"), client })
}
