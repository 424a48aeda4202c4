//! Everybody who may ask, from nobody to a superuser.

use serde_json::{Value, json};

use crate::harness::{Client, Person, TestApp};

/// What has become of the session with which somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Fine,
    /// There is none.
    Anonymous,
    Deactivated,
    Revoked,
}

/// Somebody who asks.
pub(super) struct Asker {
    pub(super) name: &'static str,
    pub(super) client: Client,
    /// The token they show; empty for nobody.
    pub(super) token: String,
    pub(super) id: i64,
    pub(super) fate: Fate,
    /// What they are in the rooms of their cells, as the database says it.
    pub(super) role: Option<&'static str>,
    /// The row of the table for their part in a group room that they are in or not.
    pub(super) part: &'static str,
    /// The scopes of the token; `None` for a session.
    pub(super) scopes: Option<&'static [&'static str]>,
    /// As what they administer.
    pub(super) admin: Option<&'static str>,
    /// A session and a token of theirs, to be ended.
    pub(super) belongings: [Vec<i64>; 2],
}

impl Asker {
    /// Whose account it is.
    pub(super) fn like(&self) -> &'static str {
        TOKENS.iter().find(|token| token.0 == self.name).map_or(self.name, |token| token.1)
    }

    /// What everybody is told who asks like this, whatever it is about; `None` if they may ask.
    pub(super) fn refused(&self, need: &str) -> Option<&'static str> {
        if need == "nothing" {
            return None;
        }
        match self.fate {
            Fate::Anonymous => return Some("unauthenticated"),
            Fate::Deactivated => return Some("account_deactivated"),
            Fate::Revoked => return Some("session_revoked"),
            Fate::Fine => {}
        }
        let reaches = self.scopes.is_none_or(|scopes| scopes.contains(&need));
        let may_administer = need != "admin" || self.admin.is_some();
        (!reaches || !may_administer).then_some("forbidden")
    }
}

const ROLES: &[(&str, Option<&str>, &str)] = &[
    ("stranger", None, "nobody"),
    ("member", Some("member"), "member"),
    ("former", None, "nobody"),
    ("moderator", Some("moderator"), "moderator"),
    ("owner", Some("owner"), "owner"),
    ("staff", None, "staff"),
    ("staff_member", Some("member"), "staff_member"),
    ("superuser", None, "staff"),
    ("deactivated", Some("member"), "member"),
    ("revoked", Some("member"), "member"),
];
const TOKENS: &[(&str, &str, &[&str])] = &[
    ("token_read", "member", &["read"]),
    ("token_write", "member", &["write"]),
    ("token_both", "member", &["read", "write"]),
    ("token_admin", "staff_member", &["admin"]),
];

pub(super) async fn all(app: &TestApp) -> Vec<Asker> {
    let nobody = Asker {
        name: "anonymous",
        client: app.client(),
        token: String::new(),
        id: 0,
        fate: Fate::Anonymous,
        role: None,
        part: "nobody",
        scopes: None,
        admin: None,
        belongings: [Vec::new(), Vec::new()],
    };
    let mut all = vec![nobody];
    for (name, role, part) in ROLES {
        let person = match *name {
            "superuser" => app.superuser("superuser").await,
            name => app.sign_up(&format!("the.{}", name.replace('_', "."))).await,
        };
        if part.starts_with("staff") && *name != "superuser" {
            let staff = format!("update users set is_staff = true where id = {}", person.id);
            app.database.run(&staff);
        }
        all.push(with_session(app, name, &person, *role, part).await);
    }
    for (name, like, scopes) in TOKENS {
        let owner = all.iter().find(|it| it.name == *like).unwrap();
        let body = json!({ "name": name, "scopes": scopes });
        let made = owner.client.post("/api/auth/tokens", body).await.expect(201);
        let token = made["token"].as_str().unwrap().to_owned();
        let asker = Asker {
            name,
            client: app.client().with_token(&token),
            token,
            scopes: Some(scopes),
            admin: owner.admin.map(|_| "token"),
            belongings: owner.belongings.clone(),
            fate: Fate::Fine,
            id: owner.id,
            role: owner.role,
            part: owner.part,
        };
        // It is noted that the token is in use, whatever comes of it.
        asker.client.get("/api/profiles/me").await;
        all.push(asker);
    }
    end(&all).await;
    all
}

async fn with_session(
    app: &TestApp,
    name: &'static str,
    person: &Person,
    role: Option<&'static str>,
    part: &'static str,
) -> Asker {
    let mut belongings = [Vec::new(), Vec::new()];
    for at in 0..3 {
        let other = app.log_in(&person.username).await;
        let sessions = other.get("/api/auth/sessions").await.expect(200);
        let current = sessions["items"].as_array().unwrap().iter().find(|it| it["current"] == true);
        belongings[0].push(current.unwrap()["id"].as_i64().unwrap());
        let body = json!({ "name": format!("own {at}"), "scopes": ["read"] });
        belongings[1].push(person.post("/api/auth/tokens", body).await.expect(201).id());
    }
    let admin = match name {
        "staff" | "staff_member" => Some("staff"),
        "superuser" => Some("superuser"),
        _ => None,
    };
    let fate = match name {
        "deactivated" => Fate::Deactivated,
        "revoked" => Fate::Revoked,
        _ => Fate::Fine,
    };
    let (client, token) = ((**person).clone(), person.access_token.clone());
    Asker { name, client, token, id: person.id, fate, role, part, scopes: None, admin, belongings }
}

async fn end(all: &[Asker]) {
    for asker in all {
        match asker.fate {
            Fate::Deactivated => {
                let root = all.iter().find(|it| it.name == "superuser").unwrap();
                let path = format!("/api/admin/users/{}", asker.id);
                root.client.patch(&path, json!({ "is_active": false })).await.expect(200);
            }
            Fate::Revoked => {
                asker.client.post("/api/auth/logout", Value::Null).await.expect(204);
            }
            Fate::Fine | Fate::Anonymous => {}
        }
    }
}
