//! What the server answered, and what a test may say about it.

use std::ops::Index;

use reqwest::header::HeaderMap;
use serde_json::Value;

/// A response that keeps to the contract.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
    /// The same as text.
    pub(crate) text: String,
    /// The body as JSON; null if it is none.
    pub(crate) json: Value,
}

impl Answer {
    /// Stops the test unless the call succeeded with this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Stops the test unless the call was refused with this status and code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!(
            (self.status, self.json["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.text
        );
        self
    }

    /// Stops the test unless the call was refused for these fields: `name:flaw`.
    #[track_caller]
    pub(crate) fn invalid(self, fields: &[&str]) -> Self {
        let answer = self.refused(422, "invalid");
        assert_eq!(answer.flaws(), fields, "{}", answer.text);
        answer
    }

    /// The fields that are wrong: `name:flaw`.
    pub(crate) fn flaws(&self) -> Vec<String> {
        let errors = self.json["errors"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        errors.iter().map(|it| format!("{}:{}", text(&it["field"]), text(&it["code"]))).collect()
    }

    /// A header; empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn id(&self) -> i64 {
        self.json["id"].as_i64().unwrap()
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, name: &str) -> &Value {
        &self.json[name]
    }
}
