//! `GET /api/`: where everything is, for programs and for people.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, Accept, ContentType, Header},
    web::Data,
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::services::Services;
use crate::site::Site;

pub(super) fn configure(service: &mut impl Services) {
    service.service(get_index);
}

/// Where everything is. Values are addresses on this server.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Index {
    /// What this is.
    name: &'static str,
    /// The version of the contracts.
    version: &'static str,
    /// Every place, by what is there.
    links: Vec<Link>,
}

/// One place.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Link {
    /// What is there, for programs.
    rel: &'static str,
    /// Where it is.
    href: &'static str,
    /// What is there, for people.
    title: &'static str,
}

const LINKS: &[(&str, &str, &str)] = &[
    ("docs", "/api/docs/", "Read about every call and try it"),
    ("openapi", "/api/openapi.json", "The contract of the REST API (OpenAPI)"),
    ("asyncapi", "/api/asyncapi.json", "The contract of the gateway (AsyncAPI)"),
    ("version", "/api/version", "Which server and which web client this is"),
    ("gateway", "/gateway", "Live events (WebSocket)"),
    ("register", "/api/auth/register", "Make an account (POST)"),
    ("login", "/api/auth/login", "Sign in (POST)"),
    ("refresh", "/api/auth/refresh", "Stay signed in (POST)"),
    ("logout", "/api/auth/logout", "Sign out (POST)"),
    ("password", "/api/auth/password/change", "Change your password (POST)"),
    ("email", "/api/auth/email/change", "Change your e-mail address (POST)"),
    ("totp", "/api/auth/totp", "Two-factor authentication"),
    ("tokens", "/api/auth/tokens", "Personal access tokens, for programs"),
    ("identities", "/api/auth/identities", "Accounts of yours elsewhere that sign you in"),
    ("sessions", "/api/auth/sessions", "Where you are signed in"),
    ("me", "/api/profiles/me", "Your profile"),
    ("profiles", "/api/profiles", "People"),
    ("blocks", "/api/profiles/blocks", "People from whom you take nothing private"),
    ("rooms", "/api/rooms", "Rooms"),
    ("messages", "/api/messages", "What was written in your rooms: `?search=…`"),
    ("admin_users", "/api/admin/users", "Accounts, for staff"),
    ("admin_rooms", "/api/admin/rooms", "All rooms, for staff"),
    ("admin_memberships", "/api/admin/memberships", "Who is a member of what, for staff"),
    ("admin_messages", "/api/admin/messages", "What was written anywhere, for staff"),
    ("admin_sessions", "/api/admin/sessions", "Who is signed in, for staff"),
    ("admin_tokens", "/api/admin/tokens", "Personal access tokens, for staff"),
    ("admin_audit", "/api/admin/audit", "Who did what, when and from where, for staff"),
    ("server", "/api/server", "What this server is called"),
    ("alive", "/healthz", "Whether this node is alive"),
    ("ready", "/readyz", "How this node is"),
];

/// All the style that the page has. The policy lets it pass by its hash.
const STYLE: &str = "html{color-scheme:light dark;font:16px/1.6 system-ui,sans-serif}\
    body{max-width:46rem;margin:3rem auto;padding:0 1.5rem}li{margin:.4rem 0}code{font-size:.95em}";

/// List every place of the API; a browser gets it as a page.
#[utoipa::path(tag = "index", responses((status = 200, description = "Links to everything.", content(
    (Index = "application/json"),
    (String = "text/html"),
))))]
#[get("/api/")]
async fn get_index(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    if !prefers_html(&request) {
        return HttpResponse::Ok().insert_header((header::VARY, "Accept")).json(index(&site));
    }
    HttpResponse::Ok()
        .insert_header(ContentType::html())
        .insert_header((header::VARY, "Accept"))
        .insert_header((header::CONTENT_SECURITY_POLICY, csp()))
        .body(page(&site))
}

/// What there is, as far as the operator serves it.
fn links(site: &Site) -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    let has_docs = site.has_docs;
    LINKS.iter().filter(move |(rel, ..)| has_docs || *rel != "docs")
}

fn index(site: &Site) -> Index {
    let links = links(site).map(|&(rel, href, title)| Link { rel, href, title }).collect();
    Index { name: "Parlor", version: env!("CARGO_PKG_VERSION"), links }
}

/// Whether `Accept` ranks HTML before JSON, as browsers do.
fn prefers_html(request: &HttpRequest) -> bool {
    let ranked = Accept::parse(request).map(|accept| accept.ranked()).unwrap_or_default();
    let mut kinds = ranked.iter().map(|kind| kind.essence_str());
    kinds.find(|kind| matches!(*kind, "text/html" | "application/json")) == Some("text/html")
}

fn csp() -> String {
    let hash = BASE64.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}

fn page(site: &Site) -> String {
    let item = |(_, href, title): &(&str, &str, &str)| {
        format!("<li><a href=\"{href}\"><code>{href}</code></a> {title}</li>")
    };
    let items: Vec<String> = links(site).map(item).collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>The API of Parlor</title>\
         <style>{STYLE}</style></head><body>\
         <h1>The API of Parlor</h1>\
         <p>Programs get this list as JSON.</p>\
         <ul>{}</ul></body></html>",
        items.join("")
    )
}
