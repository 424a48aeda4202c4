//! People to measure with: signed up, and so many at a time in rooms.

use serde_json::{Value, json};

use super::{Result, server::Server};

/// Hard to guess, so that sign-up takes it.
const PASSWORD: &str = "correct-horse-battery-staple-9";

#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) token: String,
    pub(crate) room_id: i64,
}

/// Signs people up; so many neighbours share a room.
pub(crate) async fn sign_up(
    server: &Server,
    count: usize,
    in_each: usize,
    tag: &str,
) -> Result<Vec<Person>> {
    let http = reqwest::Client::new();
    let mut people = Vec::<Person>::new();
    for number in 0..count {
        let name = format!("{tag}{number}");
        let body = json!({ "username": name, "password": PASSWORD });
        let answer = post(&http, &server.url("/api/auth/register"), None, &body).await?;
        let token =
            answer.get("access_token").and_then(Value::as_str).ok_or("no access_token")?.to_owned();
        let room_id = match people.last() {
            Some(first) if number % in_each != 0 => {
                let join = server.url(&format!("/api/rooms/{}/join", first.room_id));
                post(&http, &join, Some(&token), &Value::Null).await?;
                first.room_id
            }
            _ => {
                let body = json!({ "name": format!("Room of {name}") });
                let room = post(&http, &server.url("/api/rooms"), Some(&token), &body).await?;
                room.get("id").and_then(Value::as_i64).ok_or("no room id")?
            }
        };
        people.push(Person { token, room_id });
    }
    Ok(people)
}

/// Lets somebody into a room.
pub(crate) async fn join(server: &Server, person: &Person, room_id: i64) -> Result<()> {
    let url = server.url(&format!("/api/rooms/{room_id}/join"));
    post(&reqwest::Client::new(), &url, Some(&person.token), &Value::Null).await?;
    Ok(())
}

async fn post(
    http: &reqwest::Client,
    url: &str,
    token: Option<&str>,
    body: &Value,
) -> Result<Value> {
    let mut request = http.post(url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if !body.is_null() {
        request = request.json(body);
    }
    let answer = request.send().await?;
    let status = answer.status();
    let text = answer.text().await?;
    if !status.is_success() {
        return Err(format!("{url} answered {status}: {text}").into());
    }
    Ok(serde_json::from_str(&text)?)
}
