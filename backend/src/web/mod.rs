//! The web client, inside the binary: files as they were built, already compressed.
//!
//! Files under `/assets/` have their content in their names and stay for ever; all others are asked
//! for again. Every other address that a person opens gets the page, which knows what to show there.
//! This folder must not know the API. To change what is served, build the client.

mod encoding;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{self, EntityTag, Header, HeaderValue, IfNoneMatch},
    },
};
use rust_embed::{Embed, EmbeddedFile};

use encoding::Encoding;

/// The client as it was built; empty where it was not.
#[derive(Embed)]
#[folder = "../frontend/dist"]
struct Client;

const PAGE: &str = "index.html";
/// Addresses that belong to others: a person who opens one does not get the page.
const OTHERS: &[&str] = &["api", "gateway", "media", "healthz", "readyz", "assets"];
/// What the page says where the client was not built.
const NOT_BUILT: &str =
    "The web client was not built into this server: run `make build` and start it again.\n";
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The answer to a request for a file of the client or for the page; `None` if it asks for neither.
pub fn find(request: &HttpRequest) -> Option<HttpResponse> {
    let path = request.path().trim_start_matches('/');
    if request.method() != Method::GET {
        let is_there = path.is_empty() || Client::get(path).is_some();
        return is_there.then(|| methods(request));
    }
    let is_file = !path.is_empty() && path != PAGE && !Encoding::is_compressed(path);
    if let Some(file) = is_file.then(|| Client::get(path)).flatten() {
        return Some(serve(request, path, file));
    }
    let first = path.split('/').next().unwrap_or_default();
    let is_page = path.is_empty() || path == PAGE;
    if !is_page && (OTHERS.contains(&first) || !is_navigation(request)) {
        return None;
    }
    Some(match Client::get(PAGE) {
        Some(page) => serve(request, PAGE, page),
        None => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(NOT_BUILT),
    })
}

/// The answer to anything but a look at a file or the page.
fn methods(request: &HttpRequest) -> HttpResponse {
    let mut response = match *request.method() {
        Method::OPTIONS => HttpResponse::NoContent(),
        _ => HttpResponse::MethodNotAllowed(),
    };
    response.insert_header((header::ALLOW, "GET, HEAD, OPTIONS")).finish()
}

/// The name of the client that was built: another one has another name.
pub fn build() -> String {
    Client::get(PAGE).map_or_else(|| "none".to_owned(), |page| tag(&page))
}

/// Whether a person opened the address, rather than a page or a program asking for a file.
fn is_navigation(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn serve(request: &HttpRequest, path: &str, file: EmbeddedFile) -> HttpResponse {
    let mut kind = file.metadata.mimetype().to_owned();
    if kind.starts_with("text/") || kind.ends_with("javascript") {
        kind.push_str("; charset=utf-8");
    }
    let (file, encoding) = Encoding::accepted(request)
        .find_map(|encoding| Some((Client::get(&encoding.file_of(path))?, Some(encoding))))
        .unwrap_or((file, None));
    let tag = EntityTag::new_strong(tag(&file));
    let is_known = match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&tag)),
        Ok(IfNoneMatch::Any) | Err(_) => false,
    };
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header(header::ETag(tag))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CACHE_CONTROL, caching(path)))
        .insert_header((header::CONTENT_SECURITY_POLICY, csp(request)));
    if is_known {
        return response.finish();
    }
    if let Some(encoding) = encoding {
        response.insert_header((header::CONTENT_ENCODING, encoding.name()));
    }
    response.content_type(kind).body(file.data.into_owned())
}

fn caching(path: &str) -> &'static str {
    if path.starts_with("assets/") { FOR_EVER } else { "no-cache" }
}

fn tag(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// What the page may load: its own files, its own server. Its one Trusted Types policy is for the
/// service worker.
fn csp(request: &HttpRequest) -> String {
    let sockets = match request.headers().get(header::HOST).filter(|host| is_host(host)) {
        Some(host) => {
            let host = host.to_str().unwrap_or_default();
            format!(" ws://{host} wss://{host}")
        }
        None => String::new(),
    };
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:; connect-src 'self'{sockets}; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types parlor-sw"
    )
}

/// Whether a `Host` can stand in a policy as it is.
fn is_host(host: &HeaderValue) -> bool {
    let is_plain = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-' | b'[' | b']')
    };
    host.len() <= 255 && host.as_bytes().iter().all(is_plain)
}
