//! What is wrong with a field, read off what the deserialiser says.
//!
//! `serde` tells it in English sentences only. They are stable, and the tests here hold them. Both
//! doors read them, so that a field is refused in the same words by either.

use crate::{
    error::{Error, Flaw},
    model::id::ID_MAX,
};

/// What the whole of a body, or of the parameters, is called where no field is to blame.
const WHOLE: &str = "$";

/// How the deserialiser begins when something has another type than expected.
pub const TYPE: &str = "invalid type";
/// The same in all its forms: the last three are about parameters, which are all texts.
const TYPE_SENTENCES: &[&str] =
    &[TYPE, "invalid digit", "provided string was not", "cannot parse integer"];

/// The error for a field at a path, by what was said of it.
pub fn of(path: &str, said: &str) -> Error {
    let (field, flaw) = if let Some(name) = named(said, "unknown field `") {
        (at(path, name), Flaw::Unknown)
    } else if let Some(name) = named(said, "missing field `") {
        (at(path, name), Flaw::Required)
    } else if let Some(name) = named(said, "duplicate field `") {
        (at(path, name), Flaw::Duplicate)
    } else if said.starts_with("must be from 1 to") || said.contains("number too ") {
        (path.to_owned(), Flaw::OutOfRange(1, ID_MAX))
    } else if TYPE_SENTENCES.iter().any(|it| said.starts_with(it)) {
        (path.to_owned(), Flaw::WrongType)
    } else {
        (path.to_owned(), Flaw::Malformed)
    };
    let is_named = !matches!(field.as_str(), "." | "" | "?");
    Error::field(if is_named { field } else { WHOLE.to_owned() }, flaw)
}

fn named<'a>(said: &'a str, before: &str) -> Option<&'a str> {
    said.strip_prefix(before)?.split('`').next()
}

/// The path of a field whose name was said: the path itself may end with it already.
fn at(path: &str, name: &str) -> String {
    match path {
        "." | "" | "?" => name.to_owned(),
        _ if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        _ => format!("{path}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::model::{RoomId, account::Login};

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[expect(dead_code, reason = "only read from JSON")]
        login: Login,
        #[expect(dead_code, reason = "only read from JSON")]
        room_id: RoomId,
        #[expect(dead_code, reason = "only read from JSON")]
        limit: Option<u8>,
    }

    fn flaw(json: &str) -> String {
        let mut json = serde_json::Deserializer::from_str(json);
        let error = serde_path_to_error::deserialize::<_, Outer>(&mut json).err().unwrap();
        of(&error.path().to_string(), &error.into_inner().to_string()).to_string()
    }

    #[test]
    fn in_3_the_field_is_named_and_its_flaw_has_a_code() {
        let login = r#""login":{"username":"a","password":"b"}"#;
        for (json, expected) in [
            ("7".to_owned(), "invalid $:wrong_type"),
            ("{}".to_owned(), "invalid login:required"),
            (format!("{{{login}}}"), "invalid room_id:required"),
            (format!(r#"{{{login},"room_id":"5"}}"#), "invalid room_id:wrong_type"),
            (format!(r#"{{{login},"room_id":5.5}}"#), "invalid room_id:wrong_type"),
            (format!(r#"{{{login},"room_id":1e300}}"#), "invalid room_id:wrong_type"),
            (format!(r#"{{{login},"room_id":0}}"#), "invalid room_id:out_of_range"),
            (format!(r#"{{{login},"room_id":9007199254740993}}"#), "invalid room_id:out_of_range"),
            (format!(r#"{{{login},"room_id":1,"limit":300}}"#), "invalid limit:malformed"),
            (format!(r#"{{{login},"room_id":1,"is_staff":true}}"#), "invalid is_staff:unknown"),
            (format!(r#"{{{login},"room_id":1,"room_id":2}}"#), "invalid room_id:duplicate"),
            (r#"{"login":{"username":7}}"#.to_owned(), "invalid login.username:wrong_type"),
            (r#"{"login":{"username":"a"}}"#.to_owned(), "invalid login.password:required"),
            (r#"{"login":{"user":"a"}}"#.to_owned(), "invalid login.user:unknown"),
            (
                r#"{"login":{"username":"a","username":"b"}}"#.to_owned(),
                "invalid login.username:duplicate",
            ),
            (
                r#"{"login":{"username":"a","password":"b","session":"no"}}"#.to_owned(),
                "invalid login.session:malformed",
            ),
        ] {
            assert_eq!(flaw(&json), expected, "{json}");
        }
    }
}
