//! Who may do what to what, all of it: every operation of both contracts × everybody who may ask ×
//! everything that can be named, thousands of cells, each with the answer that one small table gives.
//!
//! To add an operation: its row in `rows`; without one this fails.

mod cells;
mod people;
mod rows;
mod rules;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};
use reqwest::Method;
use serde_json::{Value, json};

use self::{
    cells::Cell,
    rows::ROWS,
    world::{Others, World},
};
use crate::harness::{Answer, Contract, Socket, TestApp};

const PICTURE: &[u8] = include_bytes!("../../pictures/dot.png");
/// How many questions are asked at once.
const AT_ONCE: usize = 8;

/// The contract's operations: method, path, whether anybody may ask.
fn operations() -> BTreeMap<String, (Method, String, bool)> {
    let operations = Contract::shared().operations().map(|(path, method, operation)| {
        let security = operation["security"].as_array();
        let is_open = security.is_none_or(|all| all.contains(&json!({})));
        let id = operation["operationId"].as_str().unwrap().to_owned();
        (id, (method.to_uppercase().parse().unwrap(), path.to_owned(), is_open))
    });
    operations.collect()
}

/// The gateway's commands, but for `hello`, with which it begins.
fn commands() -> BTreeSet<String> {
    let messages = Contract::shared().asyncapi["channels"]["gateway"]["messages"].as_object();
    let names = messages.unwrap().keys().filter_map(|name| name.strip_prefix("command."));
    names.filter(|name| *name != "hello").map(|name| format!("gateway {name}")).collect()
}

#[test]
fn az_17_every_operation_and_every_command_has_a_row() {
    let mut all = commands();
    assert!(all.len() >= 14, "{all:?}");
    all.extend(operations().into_keys());
    assert_eq!(ROWS.iter().map(|row| row.0.to_owned()).collect::<BTreeSet<_>>(), all);
}

#[tokio::test]
async fn az_17_az_1_az_3_az_5_every_cell_of_the_matrix_answers_as_the_table_says() {
    let app = TestApp::start().await;
    let operations = operations();
    let need = |name: &str| match name.strip_prefix("gateway ") {
        Some(command) if rules::READING.contains(&command) => "read",
        Some(_) => "write",
        None => {
            let (method, path, is_open) = &operations[name];
            rules::need(*is_open, &method.as_str().to_lowercase(), path)
        }
    };
    let mut world = World::new(Others::come(&app).await);
    let askers = people::all(&app).await;
    let cells = cells::all(&mut world, &askers, &need);
    world.settle(&app);
    assert!(cells.len() >= 5_000, "{} cells", cells.len());

    let (gateway, rest): (Vec<Cell<'_>>, Vec<Cell<'_>>) =
        cells.into_iter().partition(|cell| cell.row.0.starts_with("gateway "));
    let mut wrong = Vec::new();
    let before = app.database.dump();
    let (allowed, refused): (Vec<_>, Vec<_>) = rest.into_iter().partition(Cell::is_allowed);
    let mut hidden = BTreeMap::new();
    for (cell, answer) in ask_all(&operations, &refused).await {
        judge(cell, &code(&answer), &mut wrong);
        if answer.status == 404 {
            let of = hidden.entry((cell.row.0, cell.asker.name)).or_insert_with(BTreeMap::new);
            of.entry(looks(&answer)).or_insert_with(|| cell.name());
        }
    }
    // What may not be known of is what is not there, to the byte.
    for (of, looks) in hidden {
        assert_eq!(looks.len(), 1, "{of:?}: {looks:#?}");
    }
    let changed = changed(&before, &app.database.dump());

    // Who signs out asks nothing more.
    let (last, allowed): (Vec<_>, Vec<_>) =
        allowed.into_iter().partition(|cell| cell.row.0 == "logout");
    for (cell, answer) in ask_all(&operations, &allowed).await {
        judge(cell, &code(&answer), &mut wrong);
        if cell.row.0.starts_with("admin_") && cell.object == "direct" {
            assert!(!answer.text.contains("said"), "{} reads what two people write", cell.name());
        }
    }
    ask_gateway(&app, &gateway, &mut wrong).await;
    for (cell, answer) in ask_all(&operations, &last).await {
        judge(cell, &code(&answer), &mut wrong);
    }
    wrong.extend(changed.into_iter().map(|row| format!("changed by who was refused: {row}")));
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
}

/// The lines of the later dump that are not in the earlier one, and the reverse.
fn changed(before: &str, after: &str) -> Vec<String> {
    let lines = |dump: &str| dump.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    lines(before).symmetric_difference(&lines(after)).cloned().collect()
}

fn judge(cell: &Cell<'_>, code: &str, wrong: &mut Vec<String>) {
    if !cell.expected.contains(&code) {
        wrong.push(format!("{}: {code}, expected {:?}", cell.name(), cell.expected));
    }
}

/// `ok`, or why not.
fn code(answer: &Answer) -> String {
    match answer.status {
        ..400 => "ok".to_owned(),
        _ => answer["code"].as_str().unwrap_or("nothing").to_owned(),
    }
}

/// Everything of an answer but what differs between any two calls.
fn looks(answer: &Answer) -> String {
    let id = answer.header("x-request-id");
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        // Whether the connection goes on depends on how much of an unread body had come by then.
        .filter(|(name, _)| !matches!(name.as_str(), "date" | "x-request-id" | "connection"))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    format!("{} {headers:?} {}", answer.status, answer.text.replace(id, "<id>"))
}

async fn ask_all<'a, 'b>(
    operations: &BTreeMap<String, (Method, String, bool)>,
    cells: &'a [Cell<'b>],
) -> Vec<(&'a Cell<'b>, Answer)> {
    let asking = cells.iter().map(|cell| async move { (cell, ask(operations, cell).await) });
    stream::iter(asking).buffer_unordered(AT_ONCE).collect().await
}

async fn ask(operations: &BTreeMap<String, (Method, String, bool)>, cell: &Cell<'_>) -> Answer {
    let (name, named) = (cell.row.0, &cell.named);
    let (method, template, _) = &operations[name];
    let mut path = template.replace("{emoji}", "%F0%9F%91%8D");
    for (place, value) in [
        ("{room_id}", named.room),
        ("{message_id}", named.message),
        ("{user_id}", named.user),
        ("{session_id}", cell.thing),
        ("{token_id}", cell.thing),
        ("{audit_id}", cell.thing),
        ("{file_id}", 4_999_999),
        ("{size}", 128),
    ] {
        path = path.replace(place, &value.to_string());
    }
    path = path.replace("{slug}", &format!("r{}", named.room));
    path = path.replace("{username}", &username(cell));
    path = path.replace("{file}", "nothing").replace("{avatar_id}", &"0".repeat(32));
    if name == "upload_file" {
        path.push_str("?name=said.txt");
    }
    if name == "search_messages" && named.room != 0 {
        path = format!("{path}?search=said&room_id={}", named.room);
    }
    let call = cell.asker.client.call(method.clone(), &path);
    let call = match (name, (cell.row.3)(named)) {
        ("upload_file", _) => call.body("text/plain", "said"),
        ("set_avatar", _) => call.body("image/png", PICTURE),
        (_, Value::Null) => call,
        (_, body) => call.json(&body),
    };
    call.send().await
}

fn username(cell: &Cell<'_>) -> String {
    match cell.object.as_str() {
        "self" if cell.asker.part.starts_with("staff") && cell.asker.name == "superuser" => {
            "superuser".to_owned()
        }
        "self" => format!("the.{}", cell.asker.like().replace('_', ".")),
        _ => format!("u{}", cell.named.user),
    }
}

async fn ask_gateway(app: &TestApp, cells: &[Cell<'_>], wrong: &mut Vec<String>) {
    let mut shut_out = BTreeSet::new();
    let mut sockets: BTreeMap<&str, Socket> = BTreeMap::new();
    for cell in cells {
        let mut command = json!({ "type": cell.row.0.replace("gateway ", "") });
        if let (Some(all), Value::Object(fields)) =
            (command.as_object_mut(), (cell.row.3)(&cell.named))
        {
            all.extend(fields);
        }
        let name = cell.asker.name;
        if cell.is_shut_out() {
            // Whatever it is about, nothing is done for who was not greeted, and they are not.
            if shut_out.insert((name, cell.row.0)) {
                let mut socket = app.socket().await;
                assert_eq!(socket.refused(command).await, "unauthenticated", "{}", cell.name());
                socket.send(json!({ "type": "hello", "token": cell.asker.token })).await;
                let code = socket.closed().await;
                assert!((4500..=4502).contains(&code), "{} → {code}", cell.name());
            }
            continue;
        }
        // One after the other, so that nobody's queue fills while others are asked.
        if !sockets.contains_key(name) {
            sockets.clear();
            let mut socket = app.socket().await;
            socket.hello(&cell.asker.token).await;
            socket.expect("caught_up").await;
            sockets.insert(name, socket);
        }
        let reply = sockets.get_mut(name).unwrap().command(command).await;
        let code =
            if reply["ok"] == true { "ok" } else { reply["error"]["code"].as_str().unwrap() };
        judge(cell, code, wrong);
    }
}
