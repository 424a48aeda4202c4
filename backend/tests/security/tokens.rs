//! Tokens that were not given out, signed with the server's own key: not even whoever had it can make
//! one of another form. Every one is shown at both doors.

use std::fs;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

use crate::harness::{Person, TestApp};

/// A server, somebody on it, and what their token is made of.
struct Forge {
    app: TestApp,
    ann: Person,
    header: String,
    claims: Value,
    key: Vec<u8>,
}

impl Forge {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        let app = TestApp::builder().with("PARLOR_SECRET_FILE", secret.to_str().unwrap());
        let app = app.start().await;
        let ann = app.sign_up("ann").await;
        let mut parts = ann.access_token.split('.').map(|part| BASE64.decode(part).unwrap());
        let header = String::from_utf8(parts.next().unwrap()).unwrap();
        let claims = serde_json::from_slice(&parts.next().unwrap()).unwrap();
        let line = fs::read_to_string(secret).unwrap();
        let key = STANDARD.decode(line.trim()).or_else(|_| BASE64.decode(line.trim())).unwrap();
        Self { app, ann, header, claims, key }
    }

    fn sign(&self, header: &str, claims: &str) -> String {
        self.sign_by::<Hmac<Sha256>>(header, claims)
    }

    fn sign_by<M: Mac + KeyInit>(&self, header: &str, claims: &str) -> String {
        let text = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
        let mut mac = <M as KeyInit>::new_from_slice(&self.key).unwrap();
        mac.update(text.as_bytes());
        format!("{text}.{}", BASE64.encode(mac.finalize().into_bytes()))
    }

    /// Stops the test unless both doors refuse a token.
    async fn refused(&self, token: &str) {
        let client = self.app.client().with_token(token);
        let is_header = token.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        if is_header {
            let answer = client.get("/api/profiles/me").await;
            assert_eq!(answer.status, 401, "{token:.200}: {}", answer.text);
            let change = client.patch("/api/profiles/me", json!({ "bio": "forged" })).await;
            assert_eq!(change.status, 401, "{token:.200}: {}", change.text);
        }
        let mut socket = self.app.socket().await;
        socket.send(json!({ "type": "hello", "token": token })).await;
        let code = socket.closed().await;
        assert!([4500, 4003, 4501, 1009].contains(&code), "{code}: {token:.200}");
    }
}

#[tokio::test]
async fn tk_1_sixty_forged_headers_open_neither_door() {
    let forge = Forge::new().await;
    let (header, claims) = (forge.header.clone(), forge.claims.to_string());
    // The tool itself makes a good one.
    let good = forge.sign(&header, &claims);
    forge.app.client().with_token(&good).get("/api/profiles/me").await.expect(200);
    let mut tokens = Vec::new();
    let algorithms = [
        "none", "None", "NONE", "nOnE", "", "HS384", "HS512", "hs256", "HS256 ", "RS256", "RS384",
        "RS512", "PS256", "PS512", "ES256", "ES384", "ES512", "EdDSA", "A256KW", "dir", "HS1",
    ];
    for algorithm in algorithms {
        let changed = header.replace("HS256", algorithm);
        let signed = forge.sign(&changed, &claims);
        let bare = signed.rsplit_once('.').unwrap().0.to_owned();
        tokens.push(signed);
        // The same without a signature.
        tokens.push(format!("{bare}."));
    }
    tokens.push(forge.sign_by::<Hmac<Sha384>>(&header.replace("HS256", "HS384"), &claims));
    tokens.push(forge.sign_by::<Hmac<Sha512>>(&header.replace("HS256", "HS512"), &claims));
    tokens.push(forge.sign_by::<Hmac<Sha512>>(&header, &claims));
    for more in [
        r#""crit":["exp"]"#,
        r#""crit":[]"#,
        r#""jku":"http://127.0.0.1/jwks""#,
        r#""x5u":"http://127.0.0.1/x""#,
        r#""x5c":["AA"]"#,
        r#""jwk":{"kty":"oct","k":"AA"}"#,
        r#""kid":"../../secret""#,
        r#""kid":"' or 1=1 --""#,
        r#""zip":"DEF""#,
        r#""b64":false"#,
        r#""cty":"JWT""#,
        r#""alg":"none""#,
        r#""enc":"A256GCM""#,
    ] {
        tokens.push(forge.sign(&header.replace('}', &format!(",{more}}}")), &claims));
        tokens.push(forge.sign(&header.replace('{', &format!("{{{more},")), &claims));
    }
    for kind in ["JWT", "jwt", "at+JWT", "application/at+jwt", "r1", "ws-ticket", ""] {
        tokens.push(forge.sign(&header.replace("at+jwt", kind), &claims));
    }
    assert!(tokens.len() >= 60, "{}", tokens.len());
    for token in &tokens {
        forge.refused(token).await;
    }
    forge.app.client().with_token(&good).get("/api/profiles/me").await.expect(200);
    assert_eq!(forge.ann.get("/api/profiles/me").await.expect(200)["bio"], "");
}

#[tokio::test]
async fn tk_2_two_hundred_claims_of_another_form_open_neither_door() {
    let forge = Forge::new().await;
    let Value::Object(good) = forge.claims.clone() else { panic!("no claims") };
    let mut all = Vec::new();
    for (name, value) in &good {
        let mut without = good.clone();
        without.remove(name);
        all.push(Value::Object(without).to_string());
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let number = value.as_i64().unwrap_or(7);
        let mut others = vec![
            "null".to_owned(),
            "true".into(),
            "[]".into(),
            "{}".into(),
            format!("[{value}]"),
            format!("{{\"a\":{value}}}"),
            "-1".into(),
            "0.5".into(),
            format!("{number}.5"),
            "1e400".into(),
            "-9223372036854775809".into(),
            "9223372036854775808".into(),
            "18446744073709551616".into(),
            "NaN".into(),
            "1e3".into(),
            "\"null\"".into(),
            "{\"$gt\":\"\"}".into(),
            "[null]".into(),
            "\"\"".into(),
            format!("\" {text}\""),
            format!("\"{text} \""),
            format!("\"{text}\\u0000\""),
            format!("\"+{text}\""),
            format!("\"0x{number:x}\""),
        ];
        others.push(if value.is_string() { number.to_string() } else { format!("\"{text}\"") });
        if name == "exp" {
            others.extend(["0".to_owned(), (number - 100_000).to_string()]);
        }
        if name == "iat" {
            others.push((number + 3_600).to_string());
        }
        for other in others {
            let fields: Vec<_> = good
                .iter()
                .map(|(field, value)| {
                    let value = if field == name { other.clone() } else { value.to_string() };
                    format!("\"{field}\":{value}")
                })
                .collect();
            all.push(format!("{{{}}}", fields.join(",")));
        }
        // Said twice, the same or another, before or after.
        let whole = forge.claims.to_string();
        for twice in [value.to_string(), "9999999999".to_owned(), "\"9\"".to_owned()] {
            all.push(whole.replacen('{', &format!("{{\"{name}\":{twice},"), 1));
            all.push(format!("{},\"{name}\":{twice}}}", &whole[..whole.len() - 1]));
        }
    }
    let whole = forge.claims.to_string();
    for more in [
        "\"nbf\":9999999999",
        "\"nbf\":\"0\"",
        "\"admin\":true",
        "\"scope\":\"admin\"",
        "\"jti\":1",
    ] {
        all.push(format!("{},{more}}}", &whole[..whole.len() - 1]));
    }
    for other in ["", "null", "[]", "7", "\"x\"", "{}"] {
        all.push(other.to_owned());
    }
    all.retain(|claims| *claims != whole);
    assert!(all.len() >= 200, "{}", all.len());
    for claims in &all {
        forge.refused(&forge.sign(&forge.header, claims)).await;
    }
    forge.ann.get("/api/profiles/me").await.expect(200);
}

#[tokio::test]
async fn tk_8_what_is_nearly_a_token_is_refused_at_both_doors() {
    let forge = Forge::new().await;
    let good = forge.ann.access_token.clone();
    let parts: Vec<_> = good.split('.').collect();
    let jwe = format!("{good}.{}.{}", parts[0], parts[1]);
    for token in [
        format!("{good}="),
        format!("{good}."),
        format!(".{good}"),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}..{}", parts[0], parts[2]),
        good.replace('.', ".."),
        good.to_uppercase(),
        good[..good.len() - 1].to_owned(),
        format!("{good}A"),
        format!("{good} {good}"),
        format!("{good},{good}"),
        jwe,
        "a".repeat(8_000),
        format!("{good}{}", "A".repeat(8_000)),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(43)),
    ] {
        forge.refused(&token).await;
    }
    // As long as a frame may be.
    forge.refused(&"é".repeat(30_000)).await;
}
