use super::*;
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp(1_800_000_000_000_000);
const USER: UserId = UserId(7);
const SESSION: SessionId = SessionId(3);

fn keys_and_secret() -> (Keys, Vec<u8>) {
    let secret = rand::random::<[u8; 32]>().to_vec();
    (Keys::key(Path::new(""), &secret).into_iter().collect(), secret)
}

fn at(seconds: i64) -> Timestamp {
    Timestamp(NOW.0 + seconds * 1_000_000)
}

fn good_claims() -> Value {
    let now = NOW.seconds();
    json!({"iss": "parlor", "aud": "parlor", "sub": "7", "sid": 3, "iat": now, "exp": now + ACCESS_S})
}

/// Signs any header and any text as HS256, as somebody who had the key could.
fn forge(header: &str, claims: &str, secret: &[u8]) -> String {
    let message = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
    let mut mac = mac(secret).unwrap();
    mac.update(message.as_bytes());
    format!("{message}.{}", BASE64.encode(mac.finalize().into_bytes()))
}

fn header_of(keys: &Keys) -> String {
    let header = BASE64.decode(&keys.keys[0].encoded_header).unwrap();
    String::from_utf8(header).unwrap()
}

#[test]
fn a_signed_token_verifies_until_it_runs_out() {
    let keys = Keys::random();
    let token = keys.sign(USER, SESSION, NOW).unwrap();
    let access = keys.verify(&token, at(ACCESS_S + LEEWAY_S - 1)).unwrap();
    assert_eq!((access.user_id, access.session_id), (USER, SESSION));
    assert_eq!(access.expires_at, at(ACCESS_S));
    let expired = keys.verify(&token, at(ACCESS_S + LEEWAY_S)).unwrap_err();
    assert_eq!(expired.code, Code::TokenExpired);
    let early = keys.verify(&token, at(-LEEWAY_S - 1)).unwrap_err();
    assert_eq!(early.code, Code::Unauthenticated);
}

#[test]
fn the_forgers_tool_itself_makes_good_tokens() {
    let (keys, secret) = keys_and_secret();
    let token = forge(&header_of(&keys), &good_claims().to_string(), &secret);
    keys.verify(&token, NOW).unwrap();
}

#[test]
fn tk_1_headers_that_we_do_not_write_are_refused() {
    let (keys, secret) = keys_and_secret();
    let kid = keys.keys[0].header.kid.clone().unwrap();
    let other_kid = header_of(&keys).replace(&kid, "AAAAAAAA");
    let headers = [
        r#"{"typ":"at+jwt","alg":"none"}"#.to_owned(),
        header_of(&keys).replace("HS256", "none"),
        header_of(&keys).replace("HS256", "HS384"),
        header_of(&keys).replace("HS256", "HS512"),
        header_of(&keys).replace("HS256", "RS256"),
        header_of(&keys).replace("HS256", "hs256"),
        header_of(&keys).replace("at+jwt", "JWT"),
        header_of(&keys).replace("at+jwt", "r1"),
        header_of(&keys).replace('}', r#","crit":["exp"]}"#),
        header_of(&keys).replace('}', r#","jku":"https://evil.example/jwks"}"#),
        header_of(&keys).replace('}', r#","jwk":{"kty":"oct","k":"AA"}}"#),
        header_of(&keys).replace('}', r#","x5u":"https://evil.example/x"}"#),
        header_of(&keys).replace('}', r#","zip":"DEF"}"#),
        header_of(&keys).replace('{', "{ "),
        other_kid,
        "{}".to_owned(),
        "[]".to_owned(),
        String::new(),
    ];
    for header in headers {
        let token = forge(&header, &good_claims().to_string(), &secret);
        let refused = keys.verify(&token, NOW).unwrap_err();
        assert_eq!(refused.code, Code::Unauthenticated, "{header}");
    }
}

#[test]
fn tk_2_claims_of_another_form_are_refused() {
    let (keys, secret) = keys_and_secret();
    let odd = [
        json!("18e8"),
        json!(1_800_000_600.5),
        json!(-1),
        json!(9_223_372_036_854_775_807_i64),
        json!(9_223_372_036_854_775_808_u64),
        json!([1_800_000_600]),
        json!({}),
        json!(null),
        json!(true),
        json!(""),
    ];
    let mut claims = Vec::new();
    for name in ["iss", "aud", "sub", "sid", "iat", "exp"] {
        for value in &odd {
            let mut changed = good_claims();
            changed[name] = value.clone();
            claims.push(changed.to_string());
        }
        let mut missing = good_claims();
        missing.as_object_mut().unwrap().remove(name);
        claims.push(missing.to_string());
        let again = format!(r#"{{"{name}":{},"#, good_claims()[name]);
        claims.push(good_claims().to_string().replacen('{', &again, 1));
    }
    for (name, value) in [
        ("iss", json!("other")),
        ("aud", json!("other")),
        ("aud", json!(["parlor"])),
        ("sub", json!("0")),
        ("sub", json!("-7")),
        ("sub", json!("9007199254740993")),
        ("sid", json!(0)),
        ("exp", json!(NOW.seconds() + ACCESS_S * 10)),
        ("nbf", json!(1)),
        ("admin", json!(true)),
    ] {
        let mut changed = good_claims();
        changed[name] = value;
        claims.push(changed.to_string());
    }
    for claims in claims {
        let token = forge(&header_of(&keys), &claims, &secret);
        assert!(keys.verify(&token, NOW).is_err(), "{claims}");
    }
}

#[test]
fn tk_3_a_refresh_token_is_no_access_token_and_the_reverse() {
    let keys = Keys::random();
    let refresh = keys.refresh_token(SESSION, 0, "salt").unwrap();
    assert!(keys.verify(&refresh, NOW).is_err());
    assert_eq!(RefreshToken::parse(&keys.sign(USER, SESSION, NOW).unwrap()), None);
}

#[test]
fn tk_8_what_is_almost_a_token_is_refused() {
    let keys = Keys::random();
    let token = keys.sign(USER, SESSION, NOW).unwrap();
    let last = token.len() - 1;
    // The last character of a signature carries bits that mean nothing: they must be zero.
    let other_bits: Vec<String> = ('A'..='Z')
        .chain('a'..='z')
        .filter(|char| !token.ends_with(*char))
        .map(|char| format!("{}{char}", &token[..last]))
        .collect();
    let mut almost = other_bits;
    almost.extend([
        format!("{token}="),
        format!("{token}."),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{token}.{token}"),
        token.replacen('.', "..", 1),
        token[..last].to_owned(),
        "..".to_owned(),
        String::new(),
        "A".repeat(100_000),
    ]);
    for text in almost {
        assert!(keys.verify(&text, NOW).is_err(), "{text}");
    }
    assert!(Keys::random().verify(&token, NOW).is_err(), "signed with another key");
}

#[test]
fn tk_4_the_old_key_still_verifies_after_a_rotation() {
    let (old_secret, new_secret) = (rand::random::<[u8; 32]>(), rand::random::<[u8; 32]>());
    let key = |secret: &[u8]| Keys::key(Path::new(""), secret).unwrap();
    let old: Keys = [key(&old_secret)].into_iter().collect();
    let both: Keys = [key(&new_secret), key(&old_secret)].into_iter().collect();
    both.verify(&old.sign(USER, SESSION, NOW).unwrap(), NOW).unwrap();
    assert!(old.verify(&both.sign(USER, SESSION, NOW).unwrap(), NOW).is_err());
    let refresh = old.refresh_token(SESSION, 4, "salt").unwrap();
    assert!(both.is_refresh_token(&RefreshToken::parse(&refresh).unwrap(), "salt"));
}

#[test]
fn a_refresh_token_belongs_to_one_generation_of_one_session() {
    let keys = Keys::random();
    let text = keys.refresh_token(SESSION, 5, "salt").unwrap();
    assert_eq!(text, keys.refresh_token(SESSION, 5, "salt").unwrap());
    let token = RefreshToken::parse(&text).unwrap();
    assert_eq!((token.session_id, token.generation), (SESSION, 5));
    assert!(keys.is_refresh_token(&token, "salt"));
    assert!(!keys.is_refresh_token(&token, "other"));
    assert!(!keys.is_refresh_token(&RefreshToken { generation: 6, ..token.clone() }, "salt"));
    let other = RefreshToken { session_id: SessionId(4), ..token };
    assert!(!keys.is_refresh_token(&other, "salt"));
    for odd in [
        text.replace("r1.", "r2."),
        text.replace(".5.", ".+5."),
        text.replace(".5.", ".05."),
        text.replace(".5.", ".-5."),
        text.replace("r1.3.", "r1.03."),
        format!("{text}.x"),
        format!("{text}="),
        "r1.3.5".to_owned(),
        String::new(),
    ] {
        assert_eq!(RefreshToken::parse(&odd), None, "{odd}");
    }
}
