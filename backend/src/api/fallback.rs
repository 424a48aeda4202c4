//! What has no handler: an address that is not there, or a method that it does not know.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    dev::ResourceDef,
    http::{Method, header},
    web::Data,
};
use serde::{Deserialize, de::IgnoredAny};

use super::contracts::Contracts;
use crate::error::{Code, Error, Result};

/// Each method that an address may know, and the operation of the contract that stands for it.
const METHODS: [(&str, &str); 6] = [
    ("GET", "get"),
    ("HEAD", "get"),
    ("POST", "post"),
    ("PUT", "put"),
    ("PATCH", "patch"),
    ("DELETE", "delete"),
];

/// Every address of the contract with the methods it knows.
pub struct Routes(Vec<(ResourceDef, Vec<&'static str>)>);

/// What of the contract is read.
#[derive(Deserialize)]
struct Paths {
    paths: BTreeMap<String, BTreeMap<String, IgnoredAny>>,
}

impl Routes {
    /// Reads the addresses out of the contract.
    ///
    /// # Errors
    /// The contract is not one; a test shows that it is.
    pub fn read(contracts: &Contracts) -> serde_json::Result<Self> {
        let Paths { paths } = serde_json::from_slice(&contracts.openapi)?;
        let route = |(path, item): (String, BTreeMap<String, IgnoredAny>)| {
            let known = METHODS.iter().filter(|(_, operation)| item.contains_key(*operation));
            (ResourceDef::new(path), known.map(|(method, _)| *method).chain(["OPTIONS"]).collect())
        };
        // The gateway has a contract of its own.
        let gateway = (ResourceDef::new("/gateway"), vec!["GET", "OPTIONS"]);
        Ok(Self(paths.into_iter().map(route).chain([gateway]).collect()))
    }

    /// The methods of an address as `Allow` lists them; `None` if it is not there.
    fn allowed(&self, path: &str) -> Option<String> {
        let mut matching: Vec<_> =
            self.0.iter().filter(|(route, _)| route.is_match(path)).collect();
        // An address that is written out is not one of those that an id stands in.
        if matching.iter().any(|(route, _)| route.pattern() == Some(path)) {
            matching.retain(|(route, _)| route.pattern() == Some(path));
        }
        matching.first()?;
        let mut methods: Vec<_> =
            matching.into_iter().flat_map(|(_, methods)| methods.clone()).collect();
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
