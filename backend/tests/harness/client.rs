//! Whoever calls the API, signed in or not. Every answer is held against the contract.

use std::net::SocketAddr;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::{Answer, Contract};

/// A program that calls; it keeps cookies, as a browser does.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    address: SocketAddr,
    token: Option<String>,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Person {
    client: Client,
    pub(crate) id: i64,
    pub(crate) username: String,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

impl std::ops::Deref for Person {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Person {
    /// The same person, calling another node.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        Self { client: Client { address, ..self.client.clone() }, ..self.clone() }
    }
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("Parlor tests")
            .build()
            .unwrap();
        Self { http, address, token: None }
    }

    /// The person to whom the tokens belong.
    pub(crate) fn with_tokens(&self, tokens: &Answer) -> Person {
        let access_token = tokens["access_token"].as_str().unwrap().to_owned();
        Person {
            client: self.with_token(&access_token),
            id: tokens["profile"]["id"].as_i64().unwrap(),
            username: tokens["profile"]["username"].as_str().unwrap().to_owned(),
            refresh_token: tokens["refresh_token"].as_str().unwrap_or_default().to_owned(),
            access_token,
        }
    }

    /// The same program with another access token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// A call to be completed by hand.
    pub(crate) fn call(&self, method: Method, path: &str) -> Call {
        let url = format!("http://{}{path}", self.address);
        let mut request = self.http.request(method.clone(), url);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        Call { method, path: path.to_owned(), request }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path).send().await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path).json(&body).send().await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path).json(&body).send().await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path).json(&body).send().await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path).send().await
    }

    /// A call without a body: `POST …/join` and the like.
    pub(crate) async fn act(&self, path: &str) -> Answer {
        self.call(Method::POST, path).send().await
    }

    /// A `PUT` whose address says all.
    pub(crate) async fn put_empty(&self, path: &str) -> Answer {
        self.call(Method::PUT, path).send().await
    }
}

/// A call that has not been made yet.
pub(crate) struct Call {
    method: Method,
    path: String,
    request: RequestBuilder,
}

impl Call {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// A body as it is, said to be JSON.
    pub(crate) fn raw(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.request = self.request.header("Content-Type", "application/json").body(body.into());
        self
    }

    /// A body as it is, of another kind.
    pub(crate) fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.request = self.request.header("Content-Type", kind).body(body.into());
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let response = self.request.send().await.unwrap();
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response.bytes().await.unwrap().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        let answer = Answer { status, headers, bytes, text, json };
        Contract::shared().check(&self.method, &self.path, &answer);
        answer
    }
}
