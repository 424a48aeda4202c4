//! What can't be read, and when that is too much.

use serde_json::json;
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

use super::room;

#[tokio::test]
async fn ws_5_what_is_not_a_command_is_refused_without_an_id_until_it_is_too_much() {
    let (app, ann, _bob, _room) = room().await;
    let (mut socket, _) = app.connect(&ann).await;
    for bad in ["", "{", "[]", "null", "7", r#"{"type":"ping"}"#, r#"["ping","1"]"#, "💥", "{}"] {
        socket.say(Message::text(bad)).await;
        let reply = socket.expect("reply").await;
        assert_eq!((&reply["id"], &reply["error"]["code"]), (&json!(null), &json!("malformed")));
    }
    socket.done(json!({ "type": "ping" })).await;
    socket.say(Message::text("}")).await;
    assert_eq!(socket.closed().await, 4504);
}

#[tokio::test]
async fn ws_3_ws_4_ws_5_each_broken_rule_of_the_wire_has_its_code() {
    let (app, ann, _bob, _room) = room().await;
    let text = OpCode::Data(Data::Text);
    let continued = OpCode::Data(Data::Continue);
    let mut reserved = Frame::message("{}", text, true);
    reserved.header_mut().rsv1 = true;
    let half = "x".repeat(100 * 1024);
    let cases = [
        (1003, vec![Frame::message("{}", OpCode::Data(Data::Binary), true)]),
        (1007, vec![Frame::message(vec![b'"', 0xff, b'"'], text, true)]),
        (1009, vec![Frame::message("x".repeat(128 * 1024 + 1), text, true)]),
        (
            1009,
            vec![Frame::message(half.clone(), text, false), Frame::message(half, continued, true)],
        ),
        (1002, vec![reserved]),
        (1002, vec![Frame::message("x", continued, true)]),
    ];
    for (code, frames) in cases {
        let (mut socket, _) = app.connect(&ann).await;
        for frame in frames {
            socket.say_frame(frame).await;
        }
        assert_eq!(socket.closed().await, code);
    }
}

#[tokio::test]
async fn ws_4_the_largest_frame_and_one_in_pieces_are_taken() {
    let (app, ann, _bob, _room) = room().await;
    let (mut socket, _) = app.connect(&ann).await;
    let padding = " ".repeat(128 * 1024 - 24);
    let large = format!(r#"{{"type":"ping","id":"1"{padding}}}"#);
    assert_eq!(large.len(), 128 * 1024);
    socket.say(Message::text(large)).await;
    assert_eq!(socket.expect("reply").await["ok"], true);
    let pieces = [
        Frame::message(r#"{"type":"#, OpCode::Data(Data::Text), false),
        Frame::message("", OpCode::Data(Data::Continue), false),
        Frame::message(r#""ping","id":"2"}"#, OpCode::Data(Data::Continue), true),
    ];
    for piece in pieces {
        socket.say_frame(piece).await;
    }
    assert_eq!(socket.expect("reply").await["id"], "2");
}
