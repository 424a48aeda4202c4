//! Text in, commands out; replies in, frames out.
//!
//! A good command is parsed once. Only when that fails is it taken apart to find out what is wrong
//! with which field.

use std::fmt;

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapDeserializer},
};
use serde_json::Value;

use crate::{
    error::{Code, Error, Flaw},
    flaws,
    model::{
        Change, UserId,
        command::{
            AuthRenew, COMMAND_ID_CHARS_MAX, Command, CommandId, Hello, MessageDelete, MessageEdit,
            MessageSend, Ping, ReactionChange, ReadMark, RoomEnter, RoomExit, SyncRoom,
        },
        event::Event,
        frame,
        live::{SendWhisper, SetPresence, StartTyping, StopTyping},
        profile::Locale,
        reply::{Reply, ReplyData, ReplyType},
    },
};

/// A frame that is not a command.
#[derive(Debug, PartialEq)]
pub(super) struct Refusal {
    /// To whom the reply goes, as far as that can be read.
    pub(super) id: Option<CommandId>,
    pub(super) error: Error,
}

/// Reads a command.
pub(super) fn read(text: &str) -> Result<Command, Refusal> {
    if !text.trim_start().starts_with('{') {
        // A list would do for a struct, its fields in their order: nobody was promised that.
        return Err(Refusal { id: None, error: Code::Malformed.into() });
    }
    serde_json::from_str(text).map_err(|error| explain(text, &error.to_string()))
}

/// The token in the beginning of a `hello`, if all of it stands there. It is only to be checked: what the
/// command says is read once all of it has come.
pub(super) fn token_in(beginning: &[u8]) -> Option<String> {
    const KEY: &[u8] = br#""token""#;
    let at = beginning.windows(KEY.len()).position(|bytes| bytes == KEY)?;
    let value = beginning.get(at + KEY.len()..)?.trim_ascii_start().strip_prefix(b":")?;
    let value = value.trim_ascii_start().strip_prefix(br#"""#)?;
    let token = value.get(..value.iter().position(|byte| *byte == b'"')?)?;
    String::from_utf8(token.to_vec()).ok()
}

/// What the server says by itself.
pub(super) fn event(event: &Event) -> Bytes {
    frame::text(&[&json(event)])
}

/// The reply to a command that was done.
pub(super) fn done(id: CommandId, data: ReplyData) -> Bytes {
    let (id, data) = (Some(id), Some(data));
    frame::text(&[&json(&Reply { kind: ReplyType::Reply, id, ok: true, data, error: None })])
}

/// The reply to a command that made or changed a message, which was encoded already.
pub(super) fn stored(id: &CommandId, change: &Change, reader: UserId) -> Bytes {
    let message = change.json_for(reader);
    frame::text(&[
        br#"{"type":"reply","id":"#,
        &json(id),
        br#","ok":true,"data":{"message":"#,
        &message,
        b"}}",
    ])
}

/// The reply to a command that was refused.
pub(super) fn refused(id: Option<CommandId>, error: &Error, locale: Locale) -> Bytes {
    let error = Some(error.reply(locale));
    frame::text(&[&json(&Reply { kind: ReplyType::Reply, id, ok: false, data: None, error })])
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// Finds out what is wrong with a frame, of which `said` was said.
fn explain(text: &str, said: &str) -> Refusal {
    let malformed = || Refusal { id: None, error: Code::Malformed.into() };
    let Ok(Fields(mut fields)) = serde_json::from_str(text) else { return malformed() };
    let named = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, it)| it);
    let id = named("id").and_then(Value::as_str).and_then(|id| CommandId::new(id.to_owned()));
    let kind = named("type").cloned();
    if id.is_none() && kind != Some(Value::from("hello")) {
        // A reply could not be paired. A bad id is told all the same.
        return match named("id") {
            Some(Value::String(id)) if id.chars().count() > COMMAND_ID_CHARS_MAX => {
                Refusal { id: None, error: Error::field("id", Flaw::TooLong(COMMAND_ID_CHARS_MAX)) }
            }
            _ => malformed(),
        };
    }
    let twice = fields
        .iter()
        .enumerate()
        .find(|(index, (name, _))| fields.iter().take(*index).any(|(earlier, _)| earlier == name));
    let error = match (&kind, twice.map(|(_, (name, _))| name.clone())) {
        (_, Some(name)) => Error::field(name, Flaw::Duplicate),
        (None, _) => Error::field("type", Flaw::Required),
        (Some(Value::String(kind)), _) => {
            fields.retain(|(name, _)| name != "type");
            flaw(kind, fields).unwrap_or_else(|| flaws::of("", said))
        }
        _ => Error::field("type", Flaw::WrongType),
    };
    Refusal { id, error }
}

/// What is wrong with the fields of a command; nothing, if it does not show in the fields.
fn flaw(kind: &str, fields: Vec<(String, Value)>) -> Option<Error> {
    match kind {
        "hello" => flaw_in::<Hello>(fields),
        "room.enter" => flaw_in::<RoomEnter>(fields),
        "room.exit" => flaw_in::<RoomExit>(fields),
        "message.send" => flaw_in::<MessageSend>(fields),
        "message.edit" => flaw_in::<MessageEdit>(fields),
        "message.delete" => flaw_in::<MessageDelete>(fields),
        "reaction.add" | "reaction.remove" => flaw_in::<ReactionChange>(fields),
        "typing.start" => flaw_in::<StartTyping>(fields),
        "typing.stop" => flaw_in::<StopTyping>(fields),
        "whisper.send" => flaw_in::<SendWhisper>(fields),
        "presence.set" => flaw_in::<SetPresence>(fields),
        "read.mark" => flaw_in::<ReadMark>(fields),
        "sync" => flaw_in::<SyncRoom>(fields),
        "auth.renew" => flaw_in::<AuthRenew>(fields),
        "ping" => flaw_in::<Ping>(fields),
        _ => Some(Error::field("type", Flaw::Unknown)),
    }
}

fn flaw_in<T: for<'de> Deserialize<'de>>(fields: Vec<(String, Value)>) -> Option<Error> {
    let fields = MapDeserializer::<_, serde_json::Error>::new(fields.into_iter());
    let error = serde_path_to_error::deserialize::<_, T>(fields).err()?;
    Some(flaws::of(&error.path().to_string(), &error.into_inner().to_string()))
}

/// The fields of an object as they stand there, also those that stand there twice.
struct Fields(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Listing;

        impl<'de> Visitor<'de> for Listing {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Listing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> (Option<String>, String) {
        let refusal = read(text).unwrap_err();
        let id = refusal.id.map(|id| serde_json::to_string(&id).unwrap());
        (id, refusal.error.to_string())
    }

    #[test]
    fn good_commands_are_read() {
        for good in [
            r#"{"type":"hello"}"#,
            r#"{"type":"hello","token":"t","resume":{"epoch":"e","rooms":{"5":120}}}"#,
            r#"{"id":"1","type":"room.enter","room_id":5}"#,
            r#"{"type":"room.enter","id":"1","room_id":5,"after":{"epoch":"e","rev":0},"last":3}"#,
            r#"{"type":"message.send","id":"1","room_id":5,"body":"hi","nonce":"n"}"#,
            r#"{"type":"sync","id":"1","room_id":5,"after":{"epoch":"e","rev":7}}"#,
            r#"{"type":"ping","id":"ö"}"#,
        ] {
            assert!(read(good).is_ok(), "{good}: {:?}", read(good));
        }
    }

    #[test]
    fn what_can_not_be_paired_is_malformed() {
        for bad in [
            "",
            "{",
            "null",
            "[]",
            "7",
            r#""hello""#,
            r#"["ping","1"]"#,
            "{}",
            r#"{"type":"ping"}"#,
            r#"{"type":"ping","id":7}"#,
            r#"{"type":"ping","id":""}"#,
            r#"{"type":"ping","id":"1"} x"#,
        ] {
            assert_eq!(wrong(bad), (None, "malformed".to_owned()), "{bad}");
        }
        let long = format!(r#"{{"type":"ping","id":"{}"}}"#, "x".repeat(65));
        assert_eq!(wrong(&long), (None, "invalid id:too_long".to_owned()));
    }

    #[test]
    fn a_wrong_field_is_named() {
        for (fields, expected) in [
            (r#""x":1"#, "type:required"),
            (r#""type":7"#, "type:wrong_type"),
            (r#""type":"message.shout""#, "type:unknown"),
            (r#""type":"ping","x":1"#, "x:unknown"),
            (r#""type":"ping","type":"ping""#, "type:duplicate"),
            (r#""type":"sync","room_id":1,"room_id":1"#, "room_id:duplicate"),
            (r#""type":"sync""#, "room_id:required"),
            (r#""type":"sync","room_id":1"#, "after:required"),
            (r#""type":"sync","room_id":"1""#, "room_id:wrong_type"),
            (r#""type":"sync","room_id":1.5"#, "room_id:wrong_type"),
            (r#""type":"sync","room_id":0"#, "room_id:out_of_range"),
            (r#""type":"sync","room_id":1,"after":5"#, "after:wrong_type"),
            (r#""type":"sync","room_id":1,"after":{"epoch":"e"}"#, "after.rev:required"),
            (
                r#""type":"sync","room_id":1,"after":{"epoch":"e","rev":"1"}"#,
                "after.rev:wrong_type",
            ),
            (r#""type":"sync","room_id":1,"after":{"rev":1,"rev":1,"epoch":"e"}"#, "rev:duplicate"),
            (r#""type":"message.send","room_id":1,"nonce":"n","body":null"#, "body:wrong_type"),
            (r#""type":"message.send","room_id":1,"body":"b""#, "nonce:required"),
        ] {
            let (id, error) = wrong(&format!(r#"{{"id":"a",{fields}}}"#));
            assert_eq!(id.as_deref(), Some("\"a\""), "{fields}");
            assert_eq!(error, format!("invalid {expected}"), "{fields}");
        }
    }

    #[test]
    fn a_wrong_hello_is_explained_without_an_id() {
        for (fields, expected) in [
            (r#""token":7"#, "token:wrong_type"),
            (r#""id":"1""#, "id:unknown"),
            (r#""resume":{"epoch":"e"}"#, "resume.rooms:required"),
            (r#""resume":{"epoch":"e","rooms":{"x":1}}"#, "resume.rooms:malformed"),
            (r#""resume":{"epoch":"e","rooms":{"1":"1"}}"#, "resume.rooms.1:wrong_type"),
        ] {
            let (_, error) = wrong(&format!(r#"{{"type":"hello",{fields}}}"#));
            assert_eq!(error, format!("invalid {expected}"), "{fields}");
        }
    }

    #[test]
    fn replies_have_their_keys_in_order() {
        let id = || CommandId::new("a\"b".to_owned()).unwrap();
        let text = |frame: Bytes| String::from_utf8(frame[2..].to_vec()).unwrap();
        let empty = ReplyData::Done(crate::model::reply::Done {});
        assert_eq!(text(done(id(), empty)), r#"{"type":"reply","id":"a\"b","ok":true,"data":{}}"#);
        let refused = refused(None, &Error::rate_limited(2), Locale::En);
        let refused = String::from_utf8(refused[4..].to_vec()).unwrap();
        let start =
            r#"{"type":"reply","id":null,"ok":false,"error":{"code":"rate_limited","detail":"#;
        assert!(refused.starts_with(start), "{refused}");
        assert!(refused.ends_with(r#""retry_after_s":2}}"#), "{refused}");
    }
}
