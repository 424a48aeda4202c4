//! Somebody who calls, and whom nothing discourages: a call that fails is made again, at any node.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use rand::seq::IndexedRandom;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{
    history::{Breach, History},
    node::Nodes,
};
use crate::harness::PASSWORD;

/// How long one call may take before it is made again.
pub(super) const CALL_WAIT: Duration = Duration::from_secs(5);
/// How often a call is made again at the most.
const TRIES_MAX: usize = 400;

pub(super) struct Caller {
    pub(super) name: String,
    pub(super) history: Arc<History>,
    token: Mutex<String>,
    nodes: Arc<Nodes>,
    http: reqwest::Client,
}

impl Caller {
    /// Signs up.
    pub(super) async fn new(nodes: &Arc<Nodes>, history: &Arc<History>, name: &str) -> Self {
        let caller = Self {
            name: name.to_owned(),
            history: history.clone(),
            token: Mutex::default(),
            nodes: nodes.clone(),
            http: reqwest::Client::builder().timeout(CALL_WAIT).build().unwrap(),
        };
        // A sign-up whose answer was lost has been done all the same.
        caller.call(Method::POST, "/api/auth/register", caller.credentials(), &[409]).await;
        caller.log_in().await;
        caller
    }

    fn credentials(&self) -> Value {
        json!({ "username": self.name, "password": PASSWORD })
    }

    /// Begins another session.
    pub(super) async fn log_in(&self) {
        let login = self.call(Method::POST, "/api/auth/login", self.credentials(), &[]);
        let tokens = Box::pin(login).await;
        *self.token.lock().unwrap() = tokens["access_token"].as_str().unwrap().to_owned();
    }

    pub(super) fn token(&self) -> String {
        self.token.lock().unwrap().clone()
    }

    pub(super) fn node(&self, node: Option<usize>) -> SocketAddr {
        match node {
            Some(node) => self.nodes.addresses[node],
            None => *self.nodes.addresses.choose(&mut rand::rng()).unwrap(),
        }
    }

    /// Makes a call at any node, once; its status and answer.
    pub(super) async fn try_call(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<(StatusCode, Value), String> {
        let mut request = self.http.request(method, format!("http://{}{path}", self.node(None)));
        let token = self.token();
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(|why| why.to_string())?;
        let status = answer.status();
        let text = answer.text().await.map_err(|why| why.to_string())?;
        Ok((status, serde_json::from_str(&text).unwrap_or_default()))
    }

    /// Makes a call until it is answered with success, or with one of these.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Value,
        also: &[u16],
    ) -> Value {
        let mut last = String::new();
        for _ in 0..TRIES_MAX {
            match self.try_call(method.clone(), path, &body).await {
                Ok((status, answer)) if status.is_success() || also.contains(&status.as_u16()) => {
                    return answer;
                }
                Ok((StatusCode::UNAUTHORIZED, _)) if !path.starts_with("/api/auth") => {
                    Box::pin(self.log_in()).await;
                }
                Ok((status, answer)) => {
                    last = format!("{status}: {answer}");
                    if !status.is_server_error() {
                        let what = format!("{} {method} {path}: {last}", self.name);
                        self.history.broke(Breach::Refusal, what);
                    }
                }
                Err(why) => last = why,
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("{} {path} is never answered: {last}", self.name);
    }

    /// The head of a room and every message in it.
    pub(super) async fn read_all(&self, room: i64) -> (i64, BTreeMap<i64, Value>) {
        let mut all = BTreeMap::new();
        loop {
            let after = all.keys().next_back().copied().unwrap_or(0);
            let path = format!("/api/rooms/{room}/messages?after={after}&limit=100");
            let page = self.call(Method::GET, &path, Value::Null, &[]).await;
            for message in page["items"].as_array().unwrap() {
                all.insert(message["seq"].as_i64().unwrap(), message.clone());
            }
            if page["has_after"] == false {
                return (page["head"].as_i64().unwrap(), all);
            }
        }
    }
}
