//! What has no handler: an address that is not there, or a method that it does not know.

use actix_web::{
    HttpRequest, HttpResponse,
    dev::ResourceDef,
    http::{Method, header},
    web::Data,
};
use utoipa::openapi::{OpenApi, PathItem};

use crate::error::{Code, Error, Result};

/// Every address of the contract with the methods it knows.
pub struct Routes(Vec<(ResourceDef, Vec<&'static str>)>);

impl From<&OpenApi> for Routes {
    fn from(contract: &OpenApi) -> Self {
        let route =
            |(path, item): (&String, &PathItem)| (ResourceDef::new(path.as_str()), methods(item));
        Self(contract.paths.paths.iter().map(route).collect())
    }
}

fn methods(item: &PathItem) -> Vec<&'static str> {
    let known = [
        ("GET", &item.get),
        ("HEAD", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    let known = known.into_iter().filter(|(_, operation)| operation.is_some());
    known.map(|(name, _)| name).chain(["OPTIONS"]).collect()
}

impl Routes {
    /// The methods of an address as `Allow` lists them; `None` if it is not there.
    fn allowed(&self, path: &str) -> Option<String> {
        let mut matching = self.0.iter().filter(|(route, _)| route.is_match(path)).peekable();
        matching.peek()?;
        let mut methods: Vec<_> = matching.flat_map(|(_, methods)| methods.clone()).collect();
        methods.sort_unstable();
        methods.dedup();
        Some(methods.join(", "))
    }
}

/// Answers what no handler answered.
///
/// # Errors
/// `not_found`.
pub async fn not_found(request: HttpRequest, routes: Data<Routes>) -> Result<HttpResponse> {
    let allowed = routes.allowed(request.path()).ok_or_else(|| Error::from(Code::NotFound))?;
    let mut response = match *request.method() {
        Method::OPTIONS => HttpResponse::NoContent(),
        _ => HttpResponse::MethodNotAllowed(),
    };
    Ok(response.insert_header((header::ALLOW, allowed)).finish())
}
