//! Names that look like others: five hundred of them, and not one account.

use serde_json::json;

use crate::harness::{PASSWORD, TestApp};

/// Letters of other scripts that look like Latin ones.
const TWINS: [(char, char); 16] = [
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('i', 'і'),
    ('j', 'ј'),
    ('o', 'о'),
    ('p', 'р'),
    ('s', 'ѕ'),
    ('x', 'х'),
    ('y', 'у'),
    ('o', 'ο'),
    ('v', 'ν'),
    ('a', 'α'),
    ('i', 'ι'),
    ('d', 'ԁ'),
    ('h', 'һ'),
];
/// What is not seen, and what turns the rest around.
const UNSEEN: [char; 20] = [
    '\u{200b}',
    '\u{200c}',
    '\u{200d}',
    '\u{2060}',
    '\u{feff}',
    '\u{ad}',
    '\u{34f}',
    '\u{180e}',
    '\u{115f}',
    '\u{3164}',
    '\u{202a}',
    '\u{202b}',
    '\u{202d}',
    '\u{202e}',
    '\u{2066}',
    '\u{2067}',
    '\u{2069}',
    '\u{200e}',
    '\u{61c}',
    '\u{e0041}',
];
/// Names of nobody.
const RESERVED: [&str; 12] = [
    "admin",
    "Administrator",
    "root",
    "system",
    "support",
    "parlor",
    "moderator",
    "everyone",
    "here",
    "all",
    "me",
    "ADMIN",
];
const NAMES: [&str; 8] =
    ["ann.sophie", "paypal", "joshua", "oxide", "escape", "vivid", "chop_shop", "ices"];

#[tokio::test]
async fn au_10_five_hundred_names_that_deceive_are_nobodys() {
    let app = TestApp::start().await;
    let taken = "ann.sophie";
    app.sign_up(taken).await;
    let mut names: Vec<String> = Vec::new();
    for name in NAMES {
        for (letter, twin) in TWINS {
            if name.contains(letter) {
                names.push(name.replacen(letter, &twin.to_string(), 1));
            }
        }
        for unseen in UNSEEN {
            names.push(format!("{name}{unseen}"));
            names.push(format!("{unseen}{name}"));
            let (start, end) = name.split_at(2);
            names.push(format!("{start}{unseen}{end}"));
        }
    }
    // The same name in other letters, which a reader takes for it.
    let wide: String =
        taken.chars().map(|it| char::from_u32(u32::from(it) + 0xfee0).unwrap_or(it)).collect();
    for same in
        ["ANN.SOPHIE", "Ann.Sophie", "aNN.sOPHIE", "ann.ſophie", "𝐚𝐧𝐧.sophie", "ⓐnn.sophie", &wide]
    {
        names.push(same.to_owned());
    }
    for bad in [
        "a b",
        "a\tb",
        "a/b",
        "a@b",
        "<b>",
        "a\u{0}b",
        "",
        "a",
        "..",
        "--",
        "a..b\n",
        "😀😀",
        "ａ\u{301}",
    ] {
        names.push(bad.to_owned());
    }
    names.extend(RESERVED.map(str::to_owned));
    assert!(names.len() >= 500, "{}", names.len());
    let mut accepted = Vec::new();
    for name in &names {
        let body = json!({ "username": name, "password": PASSWORD });
        let answer = app.client().post("/api/auth/register", body).await;
        if answer.status != 422 && answer.status != 409 {
            accepted.push(format!("{name:?} {}", answer.status));
        }
    }
    assert!(accepted.is_empty(), "{accepted:?}");
}
