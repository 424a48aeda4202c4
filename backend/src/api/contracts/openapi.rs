//! The REST contract: what the handlers say of themselves, completed by what is the same for all.

use serde_json::{Map, Value, json};
use utoipa::{
    Modify, OpenApi as _,
    openapi::{
        OpenApi,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use super::schemas;
use crate::model::{
    command::Command,
    event::Event,
    problem::{Problem, ReplyError},
    reply::Reply,
};

/// The document before any handler is registered. It also holds the frames of the gateway, so that a
/// client's types come from one file.
pub fn base() -> OpenApi {
    Base::openapi()
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Parlor",
        description = "The REST API of Parlor, a self-hosted chat server. Errors are problems (RFC 9457); live events come over the gateway, see the AsyncAPI document.",
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "auth", description = "Signing up, signing in, and the sessions that come of it"),
        (name = "profiles", description = "People"),
        (name = "rooms", description = "Places where messages go"),
        (name = "messages", description = "What stands in a room's timeline"),
        (name = "files", description = "What is sent along with messages"),
        (name = "admin", description = "Administration: for staff; what only superusers may do says so"),
        (name = "index", description = "Where everything is"),
        (name = "health", description = "How this node is"),
    ),
    components(schemas(Problem, Command, Event, Reply, ReplyError)),
    modifiers(&Bearer),
)]
struct Base;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = SecurityScheme::Http(
            Http::builder()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("JWT")
                .description(Some(
                    "An access token, from register, login or refresh; or a personal access token.",
                ))
                .build(),
        );
        document.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

/// Errors that a call may answer, by status, with their codes. Handlers describe their own; these
/// stand everywhere they can happen.
const COMMON: &[(Where, &str, &str)] = &[
    (Where::Input, "400", "`malformed`: this is not JSON, or not a request that can be read."),
    (
        Where::SignedIn,
        "401",
        "`unauthenticated`, `token_expired`, `session_revoked`, `account_deactivated`.",
    ),
    (
        Where::SignedIn,
        "403",
        "`forbidden`: the scopes of the personal access token in use do not reach that far.",
    ),
    (
        Where::Path,
        "404",
        "`not_found`: it does not exist, or the caller may not know that it does.",
    ),
    (Where::Input, "413", "`too_large`: a body may have 64 KiB."),
    (Where::Input, "415", "`unsupported_media_type`: a body is `application/json`."),
    (Where::Parameters, "422", "`invalid`: `errors` names each field and what is wrong with it."),
    (Where::Api, "429", "`rate_limited`: come back after `Retry-After` seconds."),
    (Where::Api, "500", "`internal`: a fault of the server."),
    (
        Where::Api,
        "503",
        "`unavailable`: come back after `Retry-After` seconds; for a message `retry_same_nonce`: whether it was stored is unknown, so repeat it with the same nonce.",
    ),
    (Where::All, "431", "`head_too_large`: the headers and the address may have 16 KiB together."),
    (Where::Input, "507", "`storage_full`: the server has no room left to store this."),
];

/// On which responses a header stands.
enum On {
    All,
    Api,
    /// Those that say when to come back.
    Refusals,
}

/// The headers that are the same everywhere.
const HEADERS: &[(On, &str, &str)] = &[
    (On::All, "X-Request-Id", "To find this call in the logs."),
    (On::Api, "RateLimit-Policy", "Which limit applies: `q` calls in `w` seconds."),
    (On::Api, "RateLimit", "What is left of it: `r` calls; all of it again in `t` seconds."),
    (On::Refusals, "Retry-After", "When to come back, in seconds."),
];

/// To which calls an error belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    All,
    Api,
    SignedIn,
    Path,
    Input,
    Parameters,
}

/// Completes what was collected.
pub(super) fn complete(collected: &OpenApi) -> Value {
    let mut document = serde_json::to_value(collected).unwrap_or_default();
    schemas::complete(&mut document);
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("headers".to_owned(), Value::Object(headers()));
    }
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete_operation(path, method, operation);
        }
    }
    document
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    complete_body(operation);
    // Also where no body is taken: one that comes is looked at, and refused.
    let writes = matches!(method, "post" | "put" | "patch" | "delete");
    let is_api = path.starts_with("/api/");
    let has = |operation: &Value, part: &str| operation.get(part).is_some();
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let is_in = |place: &str| {
        let mut all = parameters.into_iter().flatten();
        all.any(|it| it.get("in").and_then(Value::as_str) == Some(place))
    };
    let (in_path, in_query) = (is_in("path"), is_in("query"));
    let common: Vec<_> = COMMON
        .iter()
        .filter(|(place, ..)| match place {
            Where::All => true,
            Where::Api => is_api,
            Where::SignedIn => has(operation, "security"),
            Where::Path => in_path,
            Where::Input => writes,
            Where::Parameters => writes || in_query,
        })
        .collect();
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
        return;
    };
    for (_, status, description) in common {
        responses.entry(*status).or_insert_with(|| json!({ "description": description }));
    }
    responses.sort_keys();
    for (status, response) in responses.iter_mut() {
        complete_response(is_api, status, response);
    }
}

fn complete_response(is_api: bool, status: &str, response: &mut Value) {
    let Some(response) = response.as_object_mut() else { return };
    let is_error = status.starts_with(['4', '5']);
    if is_error && !response.contains_key("content") {
        let problem = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
        response.insert("content".to_owned(), json!({ "application/problem+json": problem }));
    }
    let headers = response.entry("headers").or_insert_with(|| json!({}));
    let Some(headers) = headers.as_object_mut() else { return };
    for (place, name, _) in HEADERS {
        let is_there = match place {
            On::All => true,
            On::Api => is_api,
            On::Refusals => is_api && matches!(status, "429" | "503"),
        };
        if is_there {
            let target = format!("#/components/headers/{name}");
            headers.insert((*name).to_owned(), json!({ "$ref": target }));
        }
    }
}

/// A body that may be left out is, if it is there, never null.
fn complete_body(operation: &mut Value) {
    let Some(body) = operation.get_mut("requestBody") else { return };
    let schema = body.pointer_mut("/content/application~1json/schema");
    let Some(schema) = schema else { return };
    let present = schema.pointer("/oneOf/0").cloned();
    if let (Some(present), Some("null")) =
        (present, schema.pointer("/oneOf/1/type").and_then(Value::as_str))
    {
        *schema = present;
    }
}

fn headers() -> Map<String, Value> {
    let header = |(_, name, description): &(On, &str, &str)| {
        let header = json!({ "description": description, "schema": { "type": "string" } });
        ((*name).to_owned(), header)
    };
    HEADERS.iter().map(header).collect()
}
