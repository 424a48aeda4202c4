//! TLS to Postgres. The library that speaks with Postgres is built without it, so that nothing needs
//! OpenSSL; it is given a socket in a folder that nobody else may enter, and what passes through that
//! is carried to the server by rustls. One thread for each connection, which ends with it.
//!
//! The words are libpq's: `sslmode` (`require`, `verify-ca`, `verify-full`), `sslrootcert`, `sslcert`,
//! `sslkey`. This file must not know what is said through the tunnel.

use std::{
    env, fs, io,
    os::unix::{fs::DirBuilderExt, net::UnixListener},
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use diesel::{ConnectionError, ConnectionResult};
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpStream, UnixStream},
    runtime,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore,
        SignatureScheme,
        client::{
            WebPkiServerVerifier,
            danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        },
        crypto::{CryptoProvider, ring},
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
    },
};
use url::Url;

/// How long connecting, agreeing on TLS and being called by the library may take, each.
const CONNECT_WAIT: Duration = Duration::from_secs(3);
/// How long the server may leave what was sent to it unconfirmed, and be silent before it is asked.
const SILENCE_MAX: Duration = Duration::from_secs(5);
/// How Postgres is asked for TLS: the length of the question, and its number.
const ASK_FOR_TLS: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// How the server asks who is there, by one of the ways that follow.
const SASL: [u8; 4] = [0, 0, 0, 10];
/// How long one of the first messages is at the most, in bytes.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// The port where an address names none, and the one that the socket's name has.
const PORT: u16 = 5432;

/// What is asked of the server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// Nothing: who listens can't read, who stands in between can.
    Anybody,
    /// That somebody who is believed vouches for it.
    Vouched,
    /// That it is also for this host.
    Named,
}

/// An address that asks for TLS, taken apart. It holds the password, so it is not shown.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(super) struct Tunnel {
    trust: Trust,
    host: String,
    port: u16,
    roots: Option<PathBuf>,
    identity: Option<(PathBuf, PathBuf)>,
    /// The address without all of that.
    rest: Url,
}

/// What is connected through: gone when it is dropped, as the connection needs it no more.
struct Door {
    folder: PathBuf,
}

impl Drop for Door {
    fn drop(&mut self) {
        // What is left in the folder for temporary files is not missed.
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Door {
    fn open() -> io::Result<(Self, UnixListener)> {
        let door =
            Self { folder: env::temp_dir().join(format!("parlor-{:016x}", rand::random::<u64>())) };
        fs::DirBuilder::new().mode(0o700).create(&door.folder)?;
        let listener = UnixListener::bind(door.folder.join(format!(".s.PGSQL.{PORT}")))?;
        listener.set_nonblocking(true)?;
        Ok((door, listener))
    }
}

impl Tunnel {
    /// What an address asks for; nothing, if it can do without TLS.
    pub(super) fn of(address: &str) -> ConnectionResult<Option<Self>> {
        let Ok(mut url) = Url::parse(address) else { return Ok(None) };
        let given = |name: &str| {
            let last = url.query_pairs().filter(|(it, _)| it == name).last();
            last.map(|(_, value)| value.into_owned())
        };
        let roots = given("sslrootcert").filter(|it| it != "system").map(PathBuf::from);
        let trust = match given("sslmode").as_deref() {
            // As libpq has it: whoever names somebody to believe wants them asked.
            Some("require") if roots.is_some() => Trust::Vouched,
            Some("require") => Trust::Anybody,
            Some("verify-ca") => Trust::Vouched,
            Some("verify-full") => Trust::Named,
            _ => return Ok(None),
        };
        let identity = given("sslcert").map(PathBuf::from).zip(given("sslkey").map(PathBuf::from));
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        if host.is_empty() || host.contains(',') || given("host").is_some() {
            return Err(refuse("TLS to Postgres needs one host, before the path of the address"));
        }
        let port = url.port().unwrap_or(PORT);
        let is_other = |name: &str| !name.starts_with("ssl") && name != "port";
        let others: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        url.query_pairs_mut()
            .clear()
            .extend_pairs(others.iter().filter(|(name, _)| is_other(name)));
        Ok(Some(Self { trust, host, port, roots, identity, rest: url }))
    }

    /// Connects by the given way of connecting, which is told the address of this end.
    ///
    /// # Errors
    /// One sentence that says what went wrong on the way; or what `connect` says.
    pub(super) fn connect<T>(
        self,
        connect: impl FnOnce(&str) -> ConnectionResult<T>,
    ) -> ConnectionResult<T> {
        let failed = |why: io::Error| refuse(&format!("TLS to Postgres: {why}"));
        let (door, listener) = Door::open().map_err(failed)?;
        let near = self.near(&door);
        let (told, outcome) = mpsc::channel();
        let thread = thread::Builder::new().name("postgres-tls".to_owned());
        thread.spawn(move || self.carry(listener, &told)).map_err(failed)?;
        let ready = outcome.recv_timeout(CONNECT_WAIT.saturating_mul(3));
        ready
            .unwrap_or_else(|_| Err("no answer".to_owned()))
            .map_err(|why| refuse(&format!("TLS to Postgres: {why}")))?;
        connect(&near)
    }

    /// The address of this end.
    fn near(&self, door: &Door) -> String {
        let (user, path) = (self.rest.username(), self.rest.path());
        let password = self.rest.password().map(|it| format!(":{it}")).unwrap_or_default();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.rest.query_pairs());
        query.append_pair("host", &door.folder.to_string_lossy());
        query.append_pair("port", &PORT.to_string());
        query.append_pair("sslmode", "disable");
        query.append_pair("gssencmode", "disable");
        // A blank may not be a plus here.
        let query = query.finish().replace('+', "%20");
        format!("postgres://{user}{password}@{path}?{query}")
    }

    fn carry(self, listener: UnixListener, told: &mpsc::Sender<Result<(), String>>) {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let carried = runtime.map_err(|why| why.to_string()).and_then(|runtime| {
            runtime.block_on(async {
                let far = timeout(CONNECT_WAIT.saturating_mul(2), self.secure()).await;
                let mut far = far.map_err(|_| "no answer in time".to_owned())??;
                let listener = tokio::net::UnixListener::from_std(listener);
                let listener = listener.map_err(|why| why.to_string())?;
                // Whoever does not wait any more does not call either.
                let _waiting = told.send(Ok(()));
                let Ok(Ok((mut near, _))) = timeout(CONNECT_WAIT, listener.accept()).await else {
                    return Ok(());
                };
                // How it ends is seen at both ends.
                if begin(&mut near, &mut far).await.is_ok() {
                    drop(copy_bidirectional(&mut near, &mut far).await);
                }
                Ok(())
            })
        });
        if let Err(why) = carried {
            let _waiting = told.send(Err(why));
        }
    }

    /// A stream that nobody reads along.
    async fn secure(&self) -> Result<TlsStream<TcpStream>, String> {
        let say = |why: io::Error| why.to_string();
        let config = self.config()?;
        let name = ServerName::try_from(self.host.clone()).map_err(|why| why.to_string())?;
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(say)?;
        watch_over(&stream).map_err(say)?;
        let mut stream = stream;
        stream.write_all(&ASK_FOR_TLS).await.map_err(say)?;
        // Nothing behind the answer may be taken for what comes through TLS.
        if stream.read_u8().await.map_err(say)? != b'S' {
            return Err("this server has none: switch ssl on, or take sslmode out".to_owned());
        }
        let connector = TlsConnector::from(Arc::new(config));
        connector.connect(name, stream).await.map_err(say)
    }

    fn config(&self) -> Result<ClientConfig, String> {
        let provider = Arc::new(ring::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match self.trust {
            Trust::Anybody => Arc::new(Anybody(provider.clone())),
            Trust::Vouched => Arc::new(Vouched(self.named(&provider)?)),
            Trust::Named => self.named(&provider)?,
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|why| why.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let Some((certificate, key)) = &self.identity else {
            return Ok(config.with_no_client_auth());
        };
        let chain = certificates(certificate)?;
        let read = PrivateKeyDer::from_pem_file(key);
        let key = read.map_err(|why| format!("{} can't be read: {why}", key.display()))?;
        config.with_client_auth_cert(chain, key).map_err(|why| why.to_string())
    }

    fn named(&self, provider: &Arc<CryptoProvider>) -> Result<Arc<WebPkiServerVerifier>, String> {
        let mut roots = RootCertStore::empty();
        let believed = match &self.roots {
            Some(path) => certificates(path)?,
            None => rustls_native_certs::load_native_certs().certs,
        };
        roots.add_parsable_certificates(believed);
        let built = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone());
        built.build().map_err(|why| format!("nobody is believed ({why}): name an sslrootcert"))
    }
}

/// Carries the first words of both: up to the server's question who is there. What it offers for that
/// and what is bound to the TLS of whoever answers is left out: the library has none of its own, and
/// refuses to be offered it.
async fn begin(near: &mut UnixStream, far: &mut TlsStream<TcpStream>) -> io::Result<()> {
    let hello = message(near).await?;
    far.write_all(&hello).await?;
    far.flush().await?;
    loop {
        let kind = far.read_u8().await?;
        let mut words = message(far).await?;
        if kind == b'R' && words.get(4..8) == Some(SASL.as_slice()) {
            words = without_binding(&words);
        }
        near.write_all(&[[kind].as_slice(), &words].concat()).await?;
        if matches!(kind, b'R' | b'E') {
            return Ok(());
        }
    }
}

/// A message with its length before it.
async fn message(from: &mut (impl AsyncReadExt + Unpin)) -> io::Result<Vec<u8>> {
    let length = from.read_u32().await?;
    let bytes = usize::try_from(length).ok().and_then(|it| it.checked_sub(4));
    let bytes = bytes.filter(|it| *it <= MESSAGE_BYTES_MAX).ok_or(io::ErrorKind::InvalidData)?;
    let mut message = length.to_be_bytes().to_vec();
    message.resize(bytes.saturating_add(4), 0);
    from.read_exact(message.get_mut(4..).unwrap_or_default()).await?;
    Ok(message)
}

/// An offer of ways to say who one is, without those that are bound to TLS.
fn without_binding(offer: &[u8]) -> Vec<u8> {
    let ways = offer.get(8..).unwrap_or_default().split(|byte| *byte == 0);
    let ways = ways.filter(|way| !way.is_empty() && !way.ends_with(b"-PLUS"));
    let mut words = SASL.to_vec();
    for way in ways {
        words.extend(way);
        words.push(0);
    }
    words.push(0);
    let length = u32::try_from(words.len().saturating_add(4)).unwrap_or(u32::MAX);
    [length.to_be_bytes().as_slice(), &words].concat()
}

fn refuse(why: &str) -> ConnectionError {
    ConnectionError::BadConnection(why.to_owned())
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let unread = |why| format!("{} can't be read: {why}", path.display());
    let read = CertificateDer::pem_file_iter(path).map_err(unread)?;
    read.collect::<Result<_, _>>().map_err(unread)
}

/// A server that is not there any more is noticed, whichever way it went.
fn watch_over(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket.set_tcp_user_timeout(Some(SILENCE_MAX))?;
    let asked = TcpKeepalive::new().with_time(SILENCE_MAX).with_interval(Duration::from_secs(2));
    socket.set_tcp_keepalive(&asked.with_retries(2))
}

/// Believes everybody, as long as they have the key of what they show.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

/// Believes whoever is vouched for, under any name.
#[derive(Debug)]
struct Vouched(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for Vouched {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        match self.0.verify_server_cert(end, between, name, ocsp, now) {
            Err(TlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end: &CertificateDer<'_>,
        _between: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let known = &self.0.signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let known = &self.0.signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tunnel(query: &str) -> Option<Tunnel> {
        Tunnel::of(&format!("postgres://ann:p%40ss@db.example:6000/chat{query}")).unwrap()
    }

    #[test]
    fn an_address_is_carried_if_it_can_not_do_without_tls() {
        for plain in ["", "?sslmode=disable", "?sslmode=prefer", "?application_name=verify-full"] {
            assert_eq!(tunnel(plain), None, "{plain}");
        }
        let trust = |query| tunnel(query).unwrap().trust;
        assert_eq!(trust("?sslmode=require"), Trust::Anybody);
        assert_eq!(trust("?sslmode=require&sslrootcert=ca.pem"), Trust::Vouched);
        assert_eq!(trust("?sslmode=verify-ca"), Trust::Vouched);
        assert_eq!(trust("?sslmode=verify-full&sslrootcert=system"), Trust::Named);
        assert!(Tunnel::of("postgres://a,b/chat?sslmode=require").is_err());
    }

    #[test]
    fn what_is_bound_to_tls_is_not_offered() {
        let offer = b"\0\0\0\x2a\0\0\0\x0aSCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0";
        let left = b"\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0";
        assert_eq!(without_binding(offer), left);
        assert_eq!(usize::from(left[3]), left.len());
    }

    #[test]
    fn the_library_is_told_where_this_end_is_and_nothing_of_tls() {
        let full = tunnel("?sslmode=verify-full&sslrootcert=ca.pem&options=-c%20x%3D1").unwrap();
        assert_eq!((full.host.as_str(), full.port), ("db.example", 6000));
        let (door, _listener) = Door::open().unwrap();
        let near = full.near(&door);
        let folder = door.folder.to_string_lossy().replace('/', "%2F");
        let expected = format!(
            "postgres://ann:p%40ss@/chat?options=-c%20x%3D1&host={folder}&port=5432&sslmode=disable&gssencmode=disable"
        );
        assert_eq!(near, expected);
        let folder = door.folder.clone();
        drop(door);
        assert!(!folder.exists());
    }
}
