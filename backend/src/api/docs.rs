//! The contracts as files, and Swagger UI, with which every call can be read about and tried.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, EntityTag, Header, IfNoneMatch},
    web::{Bytes, Data, Path},
};
use utoipa_swagger_ui::Config;

use super::{contracts::Contracts, services::Services};
use crate::{
    error::{Code, Error, Result},
    site::Site,
};

/// What Swagger UI needs: its own files, images inside its styles, calls to this server, and the one
/// style, known by its hash, that is inside its logo.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn configure(service: &mut impl Services) {
    service.service(get_openapi).service(get_asyncapi).service(redirect_docs).service(get_docs);
}

/// The contract of the REST API.
#[utoipa::path(tag = "index", responses(
    (status = 200, description = "This document (OpenAPI 3.1).", body = Object, content_type = "application/json"),
    (status = 304, description = "It is the one you have."),
))]
#[get("/api/openapi.json")]
async fn get_openapi(request: HttpRequest, contracts: Data<Contracts>) -> HttpResponse {
    document(&request, contracts.openapi.clone())
}

/// The contract of the gateway.
#[utoipa::path(tag = "index", responses(
    (status = 200, description = "The document (AsyncAPI 3.0).", body = Object, content_type = "application/json"),
    (status = 304, description = "It is the one you have."),
))]
#[get("/api/asyncapi.json")]
async fn get_asyncapi(request: HttpRequest, contracts: Data<Contracts>) -> HttpResponse {
    document(&request, contracts.asyncapi.clone())
}

fn document(request: &HttpRequest, document: Bytes) -> HttpResponse {
    let tag = EntityTag::new_strong(super::digest(&document));
    let is_known = match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&tag)),
        Ok(IfNoneMatch::Any) | Err(_) => false,
    };
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header(header::ETag(tag)).insert_header((header::CACHE_CONTROL, "no-cache"));
    if is_known {
        response.finish()
    } else {
        response.content_type("application/json").body(document)
    }
}

/// The documentation has one address, with the slash at its end.
#[utoipa::path(tag = "index", responses(
    (status = 308, description = "The documentation is at `/api/docs/`."),
))]
#[get("/api/docs")]
async fn redirect_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/api/docs/")).finish()
}

/// Whether the operator serves it.
fn check(site: &Site) -> Result<()> {
    if site.has_docs { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// The documentation: Swagger UI and its files.
#[utoipa::path(tag = "index", path = "/api/docs/{file}",
    params(("file" = String, Path, description = "A file of Swagger UI; none for its page.")),
    responses((status = 200, description = "The file.", body = String, content_type = "text/html")))]
#[get("/api/docs/{file:.*}")]
async fn get_docs(site: Data<Site>, file: Path<String>) -> Result<HttpResponse> {
    check(&site)?;
    let config = Config::new(["/api/openapi.json"])
        .persist_authorization(false)
        .try_it_out_enabled(true)
        .display_request_duration(true)
        .validator_url("none");
    let found = utoipa_swagger_ui::serve(&file, Arc::new(config))
        .map_err(|why| Error::internal("Swagger UI has a file that can't be read", why))?;
    let found = found.ok_or_else(|| Error::from(Code::NotFound))?;
    let mut response = HttpResponse::Ok();
    response.content_type(found.content_type.as_str());
    response.insert_header((header::CONTENT_SECURITY_POLICY, CSP));
    Ok(response.body(found.bytes.into_owned()))
}
