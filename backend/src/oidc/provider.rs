//! One provider: what it says of itself, where it wants browsers, and who it says somebody is.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64},
};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::{sync::Semaphore, task};
use url::{Url, form_urlencoded};

use super::{
    Setup,
    fetch::{Fetch, FetchError},
    id_token::{self, Claims, Doubt, Expected, Jwk},
};
use crate::{
    error::{Code, Error, Result},
    model::Timestamp,
};

/// How long what a provider says of itself is believed. Keys that are not known are asked for at once.
const KNOWN_FOR: Duration = Duration::from_secs(10 * 60);
/// How often it may be asked for out of turn: whoever sends unknown keys must not make us ask for ever.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(10);
/// How many calls to one provider run at once; one more is refused with `unavailable`.
const CALLS_AT_ONCE: usize = 16;
/// What is asked of a person: who they are, their name and their address.
const SCOPE: &str = "openid profile email";

/// Where a browser is sent, and what has to be kept until it comes back.
#[derive(Clone)]
pub struct Asked {
    /// The provider's page.
    pub url: String,
    /// What comes back with the browser.
    pub state: String,
    /// What comes back in the ID token.
    pub nonce: String,
    /// What shows that whoever brings the code is who asked for it (PKCE).
    pub verifier: String,
}

/// A code that a browser has come back with, and what was kept for it.
#[derive(Clone)]
pub struct Brought {
    /// The code.
    pub code: String,
    /// Of [`Asked`].
    pub nonce: String,
    /// Of [`Asked`].
    pub verifier: String,
    /// Where the browser came back to.
    pub redirect_uri: String,
}

/// Who a provider says that somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Who it is, for the provider, for ever.
    pub subject: String,
    /// The address.
    pub email: Option<String>,
    /// Whether the provider has seen that the address is this person's.
    pub is_email_verified: bool,
    /// What the person likes to be called where names are short.
    pub username: Option<String>,
    /// What the person is called.
    pub name: Option<String>,
}

/// What a provider says of itself (OpenID Connect Discovery, 3), as far as it is asked.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

struct Known {
    at: Timestamp,
    document: Document,
    keys: Vec<Jwk>,
}

/// What a code is worth.
#[derive(Deserialize)]
struct Redeemed {
    id_token: Option<String>,
    access_token: Option<String>,
}

/// A provider. Cheap to clone.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    setup: Setup,
    fetch: Fetch,
    calls: Arc<Semaphore>,
    /// What it says of itself. Held for a look only, never while it is asked.
    known: Mutex<Option<Arc<Known>>>,
}

impl Provider {
    /// As it was set up; nothing is asked yet.
    ///
    /// # Errors
    /// The issuer is no address.
    pub fn new(setup: Setup) -> std::result::Result<Self, url::ParseError> {
        let issuer: Url = setup.issuer.parse()?;
        Ok(Self(Arc::new(Inner {
            fetch: Fetch::new(&issuer),
            calls: Arc::new(Semaphore::new(CALLS_AT_ONCE)),
            known: Mutex::default(),
            setup,
        })))
    }

    /// Its address.
    pub fn issuer(&self) -> &str {
        &self.0.setup.issuer
    }

    /// What people read on the button.
    pub fn label(&self) -> &str {
        &self.0.setup.label
    }

    /// Where to send a browser that shall come back to `redirect_uri`.
    ///
    /// # Errors
    /// `provider_unavailable`, `unavailable`.
    pub async fn begin(&self, redirect_uri: String, now: Timestamp) -> Result<Asked> {
        self.apart(move |inner| inner.begin(&redirect_uri, now)).await
    }

    /// Who the person is that came back with a code. `iss` is what came back beside it, if anything: a
    /// code of another provider must not be shown to this one (RFC 9207).
    ///
    /// # Errors
    /// `provider_refused` for a code or an ID token that is not good; `provider_unavailable`,
    /// `unavailable`.
    pub async fn redeem(
        &self,
        brought: Brought,
        iss: Option<String>,
        now: Timestamp,
    ) -> Result<Claimed> {
        self.apart(move |inner| inner.redeem(&brought, iss.as_deref(), now)).await
    }

    /// Runs what waits for a provider on a thread of its own.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let place = self.0.calls.clone().try_acquire_owned();
        let place = place.map_err(|_| Error::from(Code::Unavailable))?;
        let inner = self.0.clone();
        let done = task::spawn_blocking(move || {
            let done = work(&inner);
            drop(place);
            done
        });
        done.await.map_err(|why| Error::internal("asking a provider panicked", why))?
    }
}

impl Inner {
    fn begin(&self, redirect_uri: &str, now: Timestamp) -> Result<Asked> {
        let known = self.known(now, KNOWN_FOR)?;
        let endpoint = &known.document.authorization_endpoint;
        if !self.fetch.may_ask(endpoint) {
            return Err(self.unavailable(&FetchError::Address(endpoint.clone())));
        }
        let mut url: Url = endpoint
            .parse()
            .map_err(|_| self.unavailable(&FetchError::Address(endpoint.clone())))?;
        let (state, nonce, verifier) = (random(), random(), random());
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.setup.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", SCOPE)
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &BASE64.encode(Sha256::digest(&verifier)))
            .append_pair("code_challenge_method", "S256");
        Ok(Asked { url: url.into(), state, nonce, verifier })
    }

    fn redeem(&self, brought: &Brought, iss: Option<&str>, now: Timestamp) -> Result<Claimed> {
        let known = self.known(now, KNOWN_FOR)?;
        let must_say = known.document.authorization_response_iss_parameter_supported;
        match iss {
            Some(iss) if iss != self.setup.issuer => {
                return Err(refused("it is another provider's"));
            }
            None if must_say => return Err(refused("it does not say which provider's it is")),
            _ => {}
        }
        let redeemed = self.exchange(&known, brought)?;
        let token = redeemed.id_token.ok_or_else(|| refused("there is no ID token"))?;
        let expected = Expected {
            issuer: &self.setup.issuer,
            client_id: &self.setup.client_id,
            nonce: &brought.nonce,
            now,
        };
        let checked = match id_token::check(&token, &known.keys, &expected) {
            // The provider may have another key since.
            Err(Doubt::UnknownKey) => {
                let known = self.known(now, ASKED_AGAIN_AFTER)?;
                id_token::check(&token, &known.keys, &expected)
            }
            checked => checked,
        };
        let claims = checked.map_err(|doubt| refused(&doubt.to_string()))?;
        let more = self.more(&known, redeemed.access_token.as_deref(), &claims);
        Ok(claimed(claims, more))
    }

    fn exchange(&self, known: &Known, brought: &Brought) -> Result<Redeemed> {
        let Setup { client_id, client_secret, .. } = &self.setup;
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", &brought.code)
            .append_pair("redirect_uri", &brought.redirect_uri)
            .append_pair("code_verifier", &brought.verifier);
        let methods = known.document.token_endpoint_auth_methods_supported.as_deref();
        let takes_header =
            methods.is_none_or(|methods| methods.iter().any(|it| it == "client_secret_basic"));
        let authorization = match client_secret {
            Some(secret) if takes_header => Some(basic(client_id, secret)),
            secret => {
                form.append_pair("client_id", client_id);
                if let Some(secret) = secret {
                    form.append_pair("client_secret", secret);
                }
                None
            }
        };
        let endpoint = &known.document.token_endpoint;
        let answer = self.fetch.post(endpoint, form.finish(), authorization);
        answer.map_err(|why| match why {
            // The code was used, is too old, or was never one.
            FetchError::Status(status) if status.is_client_error() => refused(&why.to_string()),
            _ => self.unavailable(&why),
        })
    }

    /// What the provider says of a person when it is asked, where the token says too little. Whoever has
    /// an account is known without it, so that its absence refuses nobody.
    fn more(&self, known: &Known, access_token: Option<&str>, claims: &Claims) -> Option<Claims> {
        if claims.email.is_some() && claims.preferred_username.is_some() {
            return None;
        }
        let endpoint = known.document.userinfo_endpoint.as_ref()?;
        match self.fetch.get_with::<Claims>(endpoint, access_token?) {
            Ok(more) => Some(more).filter(|more| more.sub == claims.sub),
            Err(why) => {
                tracing::warn!(%why, "a provider did not tell more of a person");
                None
            }
        }
    }

    /// What the provider says of itself; asked anew if that was longer ago.
    fn known(&self, now: Timestamp, enough: Duration) -> Result<Arc<Known>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|known| now.since(known.at) < enough) {
            return Ok(known);
        }
        let issuer = &self.setup.issuer;
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let document: Document = self.fetch.get(&address).map_err(|why| self.unavailable(&why))?;
        if document.issuer != *issuer {
            tracing::warn!(issuer, says = document.issuer, "a provider names itself otherwise");
            return Err(Code::ProviderUnavailable.into());
        }
        let keys: Value =
            self.fetch.get(&document.jwks_uri).map_err(|why| self.unavailable(&why))?;
        let known = Arc::new(Known { at: now, keys: id_token::keys_in(&keys), document });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
        Ok(known)
    }

    fn unavailable(&self, why: &FetchError) -> Error {
        tracing::warn!(issuer = self.setup.issuer, %why, "a provider of sign-ins can't be asked");
        Code::ProviderUnavailable.into()
    }
}

fn claimed(claims: Claims, more: Option<Claims>) -> Claimed {
    let told = |of: fn(&Claims) -> Option<String>| {
        of(&claims).or_else(|| more.as_ref().and_then(of)).filter(|it| !it.is_empty())
    };
    // Whether an address is somebody's is said by whoever names the address.
    let source = if claims.email.is_some() { Some(&claims) } else { more.as_ref() };
    Claimed {
        email: told(|it| it.email.clone()),
        is_email_verified: source.is_some_and(Claims::is_email_verified),
        username: told(|it| it.preferred_username.clone()),
        name: told(|it| it.name.clone()),
        subject: claims.sub.clone(),
    }
}

fn refused(why: &str) -> Error {
    tracing::warn!(event = "auth.provider_refused", why, "a provider's word was not believed");
    Code::ProviderRefused.into()
}

/// 256 random bits, in 43 characters.
fn random() -> String {
    BASE64.encode(rand::random::<[u8; 32]>())
}

/// The client's name and secret as a header (RFC 6749, 2.3.1): encoded, and encoded again.
fn basic(client_id: &str, secret: &str) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(client_id), encode(secret))))
}
