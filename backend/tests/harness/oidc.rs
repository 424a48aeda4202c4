//! A provider of OpenID Connect with keys of its own, strict about what it is asked: discovery, keys,
//! codes that are good once and by PKCE, tokens. A test plays the browser, and says what is wrong with a
//! token.

use std::{
    collections::{HashMap, HashSet},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex, mpsc},
    thread,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    rt::System,
    web::{self, Data, Form},
};
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
        RsaPublicKeyComponents,
    },
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What the server under test is called there.
pub(crate) const CLIENT_ID: &str = "parlor-tests";
/// With characters that have to be encoded in the header.
pub(crate) const CLIENT_SECRET: &str = "s3cret+/%: canary";
/// Where the clock of the tests stands at first.
const NOW_S: i64 = 1_800_000_000;

/// A key that signs.
#[derive(Clone)]
pub(crate) struct SignKey {
    id: String,
    pair: Arc<Pair>,
    public: Value,
}

enum Pair {
    Elliptic(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl SignKey {
    /// On the curve P-256.
    pub(crate) fn elliptic(id: &str) -> Self {
        let random = SystemRandom::new();
        let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap();
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let public = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id,
            "x": BASE64.encode(x), "y": BASE64.encode(y),
        });
        Self { id: id.to_owned(), pair: Arc::new(Pair::Elliptic(pair)), public }
    }

    /// RSA, 2,048 bits: one for all tests, as nothing here makes any.
    pub(crate) fn rsa(id: &str) -> Self {
        let pem = include_str!("oidc_rsa_key.pem");
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(body).unwrap()).unwrap();
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
        let public = json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": id,
            "n": BASE64.encode(public.n), "e": BASE64.encode(public.e),
        });
        Self { id: id.to_owned(), pair: Arc::new(Pair::Rsa(pair)), public }
    }

    fn sign(&self, claims: &Value) -> String {
        let part = |value: &Value| BASE64.encode(value.to_string());
        let header = json!({ "alg": self.public["alg"], "kid": self.id, "typ": "JWT" });
        let signed = format!("{}.{}", part(&header), part(claims));
        let random = SystemRandom::new();
        let signature = match &*self.pair {
            Pair::Elliptic(pair) => {
                pair.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec()
            }
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                let message = signed.as_bytes();
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
        };
        format!("{signed}.{}", BASE64.encode(signature))
    }
}

/// What a code will be redeemed for.
struct Granted {
    redirect_uri: String,
    challenge: String,
    claims: Value,
    key: SignKey,
}

struct Inner {
    issuer: String,
    published: Vec<SignKey>,
    codes: HashMap<String, Granted>,
    /// What `/userinfo` says, by access token.
    people: HashMap<String, Value>,
    /// What discovery says otherwise.
    document: Value,
    seen: Vec<String>,
    used: HashSet<String>,
}

pub(crate) struct OidcProvider {
    address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
    handle: ServerHandle,
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

impl OidcProvider {
    pub(crate) fn start() -> Self {
        Self::start_with(SignKey::elliptic("first"))
    }

    pub(crate) fn start_with(key: SignKey) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Mutex::new(Inner {
            issuer: format!("http://{address}"),
            published: vec![key],
            codes: HashMap::new(),
            people: HashMap::new(),
            document: json!({}),
            seen: Vec::new(),
            used: HashSet::new(),
        }));
        let data = Data::from(inner.clone());
        let (started, handle) = mpsc::channel();
        thread::spawn(move || {
            System::new().block_on(async {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(data.clone())
                        .route("/.well-known/openid-configuration", web::get().to(discovery))
                        .route("/keys", web::get().to(keys))
                        .route("/token", web::post().to(token))
                        .route("/userinfo", web::get().to(userinfo))
                        .route("/elsewhere", web::get().to(elsewhere))
                });
                let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
                started.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let handle = handle.recv().unwrap();
        Self { address, inner, handle }
    }

    pub(crate) fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Says something else of itself.
    pub(crate) fn says(&self, document: Value) {
        self.inner.lock().unwrap().document = document;
    }

    /// Has these keys from now on.
    pub(crate) fn publishes(&self, keys: Vec<SignKey>) {
        self.inner.lock().unwrap().published = keys;
    }

    /// The paths that were asked for so far.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.inner.lock().unwrap().seen.clone()
    }

    /// Nobody answers any more.
    pub(crate) async fn stop(&self) {
        self.handle.stop(false).await;
    }

    /// What a browser brings back from the provider's page for a person: the code and the state.
    pub(crate) fn visit(&self, url: &str, person: Value) -> Back {
        self.visit_with(url, person, |_| {}, None)
    }

    /// The same, but something is wrong with the token, or it is signed with another key.
    pub(crate) fn visit_with(
        &self,
        url: &str,
        person: Value,
        spoil: impl FnOnce(&mut Value),
        key: Option<SignKey>,
    ) -> Back {
        let (page, query) = url.split_once('?').unwrap();
        assert_eq!(page, format!("{}/authorize", self.issuer()));
        let asked: HashMap<String, String> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT_ID);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["code_challenge"].len(), 43);
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        assert!(asked["state"].len() >= 32 && asked["nonce"].len() >= 32);
        let mut claims = json!({
            "iss": self.issuer(), "aud": CLIENT_ID, "nonce": asked["nonce"],
            "iat": NOW_S, "exp": NOW_S + 3_600,
        });
        for (name, value) in person.as_object().unwrap() {
            claims[name] = value.clone();
        }
        spoil(&mut claims);
        let code = format!("code-{:032x}", rand::random::<u128>());
        let mut inner = self.inner.lock().unwrap();
        let key = key.unwrap_or_else(|| inner.published[0].clone());
        let granted = Granted {
            redirect_uri: asked["redirect_uri"].clone(),
            challenge: asked["code_challenge"].clone(),
            claims,
            key,
        };
        inner.codes.insert(code.clone(), granted);
        Back { code, state: asked["state"].clone(), redirect_uri: asked["redirect_uri"].clone() }
    }

    /// What the provider says of the next person when it is asked.
    pub(crate) fn tells(&self, person: Value) {
        self.inner.lock().unwrap().people.insert("access".to_owned(), person);
    }
}

/// What a browser comes back with.
#[derive(Clone, Debug)]
pub(crate) struct Back {
    pub(crate) code: String,
    pub(crate) state: String,
    pub(crate) redirect_uri: String,
}

type State = Data<Mutex<Inner>>;

async fn discovery(state: State) -> HttpResponse {
    let mut inner = state.lock().unwrap();
    inner.seen.push("discovery".to_owned());
    let issuer = &inner.issuer;
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    });
    for (name, value) in inner.document.as_object().unwrap() {
        document[name] = value.clone();
    }
    HttpResponse::Ok().json(document)
}

async fn keys(state: State) -> HttpResponse {
    let mut inner = state.lock().unwrap();
    inner.seen.push("keys".to_owned());
    // One that nobody knows yet does not make the others unreadable.
    let mut keys = vec![json!({ "kty": "FUTURE", "kid": "unknown" })];
    keys.extend(inner.published.iter().map(|key| key.public.clone()));
    HttpResponse::Ok().json(json!({ "keys": keys }))
}

async fn elsewhere(state: State) -> HttpResponse {
    state.lock().unwrap().seen.push("elsewhere".to_owned());
    HttpResponse::Ok().json(json!({}))
}

async fn token(
    state: State,
    request: HttpRequest,
    form: Form<HashMap<String, String>>,
) -> HttpResponse {
    let mut inner = state.lock().unwrap();
    inner.seen.push("token".to_owned());
    let refuse = |why: &str| HttpResponse::BadRequest().json(json!({ "error": why }));
    if !knows_secret(&request, &form) {
        return refuse("invalid_client");
    }
    let asked = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    if asked("grant_type") != "authorization_code" || !inner.used.insert(asked("code").to_owned()) {
        return refuse("invalid_grant");
    }
    let Some(granted) = inner.codes.remove(asked("code")) else { return refuse("invalid_grant") };
    let challenge = BASE64.encode(Sha256::digest(asked("code_verifier")));
    if granted.challenge != challenge || granted.redirect_uri != asked("redirect_uri") {
        return refuse("invalid_grant");
    }
    let id_token = granted.key.sign(&granted.claims);
    HttpResponse::Ok().json(json!({
        "access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": id_token,
    }))
}

/// In the header, encoded (RFC 6749, 2.3.1), or in the form.
fn knows_secret(request: &HttpRequest, form: &HashMap<String, String>) -> bool {
    let encode =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let basic = format!("{}:{}", encode(CLIENT_ID), encode(CLIENT_SECRET));
    let header = request.headers().get("Authorization").and_then(|it| it.to_str().ok());
    match header {
        Some(header) => header == format!("Basic {}", STANDARD.encode(basic)),
        None => {
            form.get("client_id").is_some_and(|id| id == CLIENT_ID)
                && form.get("client_secret").is_some_and(|secret| secret == CLIENT_SECRET)
        }
    }
}

async fn userinfo(state: State, request: HttpRequest) -> HttpResponse {
    let mut inner = state.lock().unwrap();
    inner.seen.push("userinfo".to_owned());
    let header = request.headers().get("Authorization").and_then(|it| it.to_str().ok());
    let token = header.and_then(|header| header.strip_prefix("Bearer ")).unwrap_or_default();
    match inner.people.get(token) {
        Some(person) => HttpResponse::Ok().json(person),
        None => HttpResponse::Unauthorized().finish(),
    }
}
