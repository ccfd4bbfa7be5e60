//! Who is asking, and may they? Tokens, sessions and the local person's own programs.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, RwLock};

use attnd_core::record::{Record, RecordKind};
use attnd_core::store::{Store, Write};
use attnd_core::{BucketId, Duration, ErrorCode, PersonId, Problem, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Engine, LocalProcesses, secret};

/// What a token may be used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Send events to this bucket, and make it.
    Ingest(BucketId),
    /// Read this person's own data.
    ReadSelf,
    /// Put asks before this person.
    AskWrite,
    /// Answer crowd units.
    CrowdWork,
    /// Request crowd work.
    CrowdRequest,
    /// Everything.
    Admin,
}

/// What a request needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// Any known caller.
    Known,
    /// Reading the person's own data.
    Read,
    /// Sending to this bucket.
    Ingest(BucketId),
    /// Changing or deleting things.
    Admin,
}

/// Who did something, for the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A program of the local person, without a token.
    LocalProcess,
    /// A browser session.
    Session,
    /// A token, by its id.
    Token(String),
    /// A paired browser extension, by its pairing.
    Pairing(String),
    /// The daemon's own jobs.
    Daemon,
}

/// An authenticated caller: whose data, on whose behalf, how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    person: PersonId,
    actor: Actor,
    scopes: Vec<Scope>,
}

/// What a request brought along to prove who sent it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Credentials<'a> {
    /// The token after `Authorization: Bearer`.
    pub bearer: Option<&'a str>,
    /// The session cookie.
    pub session: Option<&'a str>,
    /// The `Origin` header, exactly.
    pub origin: Option<&'a str>,
    /// What is known of the process at the other end.
    pub peer: Peer,
}

/// The process at the other end of the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Peer {
    /// A program of the daemon's own user, and no browser: no `Origin`, no `Sec-Fetch-*`.
    OwnProgram,
    /// A browser of the daemon's own user.
    OwnBrowser,
    /// A program on this machine whose user the platform cannot tell.
    UnknownLocal,
    /// Another user's program, or another machine.
    #[default]
    Foreign,
}

/// A token as stored: never the secret, only its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Its id, safe to show.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// SHA-256 of the secret, in hexadecimal.
    pub digest: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// The only web origin that may use it; programs without an origin if `None`.
    pub origin: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub last_used: Option<Timestamp>,
    /// When it ends; never if `None`.
    pub expires: Option<Timestamp>,
    /// Whether a program or a browser session holds it.
    pub holder: Holder,
}

/// Who holds a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// A program, as a bearer token.
    Program,
    /// A browser, as a session cookie.
    Session,
}

/// What to make a token with.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What the person calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// The only web origin that may use it.
    pub origin: Option<String>,
    /// How long it lives; for ever if `None`.
    pub lifetime: Option<Duration>,
}

/// A new token and, this once, its secret.
#[derive(Clone, Debug)]
pub struct IssuedToken {
    /// The token as stored.
    pub token: Token,
    /// The secret; it cannot be shown again.
    pub secret: String,
}

/// Every token, by digest, and the sign-in codes not used yet.
pub(crate) struct Keys {
    tokens: RwLock<HashMap<String, Arc<Token>>>,
    codes: RwLock<HashMap<String, Timestamp>>,
}

impl Scope {
    /// Parses `admin`, `read:self`, `ingest:<bucket>`, `ask:write`, `crowd:work`, `crowd:request`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] naming what is known.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let unknown = || {
            let known = "admin, read:self, ingest:<bucket>, ask:write, crowd:work, crowd:request";
            Problem::new(ErrorCode::InvalidParameter, format!("'{text}' is no scope; known are {known}"))
        };
        match text {
            "admin" => Ok(Self::Admin),
            "read:self" => Ok(Self::ReadSelf),
            "ask:write" => Ok(Self::AskWrite),
            "crowd:work" => Ok(Self::CrowdWork),
            "crowd:request" => Ok(Self::CrowdRequest),
            _ => {
                let bucket = text.strip_prefix("ingest:").ok_or_else(unknown)?;
                BucketId::parse(bucket).map(Self::Ingest).map_err(|_| unknown())
            }
        }
    }

    fn covers(&self, need: &Need) -> bool {
        match (self, need) {
            (Self::Admin, _) | (_, Need::Known) | (Self::ReadSelf, Need::Read) => true,
            (Self::Ingest(own), Need::Ingest(asked)) => own == asked,
            _ => false,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ingest(bucket) => write!(f, "ingest:{bucket}"),
            Self::ReadSelf => f.write_str("read:self"),
            Self::AskWrite => f.write_str("ask:write"),
            Self::CrowdWork => f.write_str("crowd:work"),
            Self::CrowdRequest => f.write_str("crowd:request"),
            Self::Admin => f.write_str("admin"),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|problem| serde::de::Error::custom(problem.detail))
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known => f.write_str("any token"),
            Self::Read => f.write_str("read:self"),
            Self::Ingest(bucket) => write!(f, "ingest:{bucket}"),
            Self::Admin => f.write_str("admin"),
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LocalProcess => f.write_str("local process"),
            Self::Session => f.write_str("session"),
            Self::Token(id) => write!(f, "token {id}"),
            Self::Pairing(id) => write!(f, "pairing {id}"),
            Self::Daemon => f.write_str("attnd"),
        }
    }
}

impl Access {
    /// A caller who may do what `scopes` say.
    #[must_use]
    pub const fn new(person: PersonId, actor: Actor, scopes: Vec<Scope>) -> Self {
        Self { person, actor, scopes }
    }

    /// Whose data this caller touches.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// Who it is, for the audit log.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Whether the caller is the person themself rather than a program they gave a narrow token.
    #[must_use]
    pub fn is_the_person(&self) -> bool {
        self.scopes.contains(&Scope::Admin)
    }

    /// Passes callers whose scope covers `need`.
    ///
    /// # Errors
    /// [`ErrorCode::WrongScope`] naming the scope needed.
    pub fn require(&self, need: &Need) -> Result<(), Problem> {
        if self.scopes.iter().any(|scope| scope.covers(need)) {
            return Ok(());
        }
        Err(Problem::new(ErrorCode::WrongScope, format!("it needs the scope {need}")))
    }
}

impl Keys {
    pub(crate) fn load(store: &dyn Store, person: PersonId) -> Result<Self, Problem> {
        let keys = Self { tokens: RwLock::default(), codes: RwLock::default() };
        keys.reload(store, person)?;
        Ok(keys)
    }

    fn reload(&self, store: &dyn Store, person: PersonId) -> Result<(), Problem> {
        let tokens = store
            .records(person, RecordKind::Token)?
            .into_iter()
            // A token that cannot be read opens nothing.
            .filter_map(|record| serde_json::from_value::<Token>(record.value).ok())
            .map(|token| (token.digest.clone(), Arc::new(token)))
            .collect();
        *self.tokens.write().unwrap_or_else(std::sync::PoisonError::into_inner) = tokens;
        Ok(())
    }

    fn find(&self, secret: &str, holder: Holder) -> Option<Arc<Token>> {
        let digest = secret::digest(secret);
        let tokens = self.tokens.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let token = tokens.get(&digest)?;
        (secret::same(&token.digest, &digest) && token.holder == holder).then(|| Arc::clone(token))
    }

    fn put(&self, token: Token) {
        let mut tokens = self.tokens.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        tokens.insert(token.digest.clone(), Arc::new(token));
    }

    fn remove(&self, id: &str) -> bool {
        let mut tokens = self.tokens.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let before = tokens.len();
        tokens.retain(|_, token| token.id != id);
        tokens.len() < before
    }
}

impl Engine {
    const SESSION_LIFETIME: Duration = Duration::from_s(30 * 86_400);
    const CODE_LIFETIME: Duration = Duration::from_s(300);

    /// Finds out who is asking.
    ///
    /// # Errors
    /// [`ErrorCode::Unauthorized`] when nothing brought along proves it;
    /// [`ErrorCode::OriginRefused`] for a token bound to another origin.
    pub fn authenticate(&self, credentials: Credentials<'_>) -> Result<Access, Problem> {
        if let Some(secret) = credentials.bearer {
            return self.bearer(secret, credentials.origin);
        }
        if let Some(token) = credentials.session.and_then(|secret| self.live_token(secret, Holder::Session)) {
            return Ok(Access::new(self.local, Actor::Session, token.scopes.clone()));
        }
        if credentials.peer == Peer::OwnBrowser
            && let Some(access) = credentials.origin.and_then(|origin| self.paired(origin))
        {
            return Ok(access);
        }
        if credentials.peer == Peer::OwnProgram && self.config.local_processes == LocalProcesses::Trusted {
            return Ok(Access::new(self.local, Actor::LocalProcess, vec![Scope::Admin]));
        }
        Err(Problem::new(ErrorCode::Unauthorized, ""))
    }

    fn bearer(&self, secret: &str, origin: Option<&str>) -> Result<Access, Problem> {
        let token = self.live_token(secret, Holder::Program).ok_or_else(|| {
            Problem::new(ErrorCode::Unauthorized, "the token is unknown, revoked or expired")
        })?;
        if origin.is_some() && token.origin.as_deref() != origin {
            return Err(Problem::new(ErrorCode::OriginRefused, "the token belongs to another origin"));
        }
        Ok(Access::new(self.local, Actor::Token(token.id.clone()), token.scopes.clone()))
    }

    fn live_token(&self, secret: &str, holder: Holder) -> Option<Arc<Token>> {
        let token = self.keys.find(secret, holder)?;
        let now = self.clock.now();
        if token.expires.is_some_and(|end| end <= now) {
            return None;
        }
        self.mark_used(&token, now);
        Some(token)
    }

    /// Remembers the use, to the minute, without making the request wait for the disk.
    fn mark_used(&self, token: &Token, now: Timestamp) {
        if token.last_used.is_some_and(|last| now.since(last) < Duration::from_s(60)) {
            return;
        }
        let used = Token { last_used: Some(now), ..token.clone() };
        if let Ok(record) = token_record(&used) {
            self.store.submit(self.local, Write::PutRecord(RecordKind::Token, record), Box::new(|_| ()));
        }
        self.keys.put(used);
    }

    /// Makes a token.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn create_token(&self, access: &Access, new: NewToken) -> Result<IssuedToken, Problem> {
        let issued = self.issue(new, Holder::Program, "attnd_").await?;
        self.note(access, "token.create", &issued.token.id).await?;
        Ok(issued)
    }

    async fn issue(&self, new: NewToken, holder: Holder, prefix: &str) -> Result<IssuedToken, Problem> {
        let secret = secret::fresh(prefix)?;
        let created = self.clock.now();
        let token = Token {
            id: uuid::Uuid::now_v7().simple().to_string(),
            name: new.name,
            digest: secret::digest(&secret),
            scopes: new.scopes,
            origin: new.origin,
            created,
            last_used: None,
            expires: new.lifetime.map(|lifetime| created.saturating_add(lifetime)),
            holder,
        };
        self.write(self.local, Write::PutRecord(RecordKind::Token, token_record(&token)?)).await?;
        self.keys.put(token.clone());
        Ok(IssuedToken { token, secret })
    }

    /// Every token and session, newest first.
    #[must_use]
    pub fn tokens(&self, _person: PersonId) -> Vec<Arc<Token>> {
        let tokens = self.keys.tokens.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut tokens: Vec<_> = tokens.values().cloned().collect();
        tokens.sort_by(|a, b| (b.created, &b.id).cmp(&(a.created, &a.id)));
        tokens
    }

    /// Revokes a token or session; it opens nothing from this moment.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none with this id.
    pub async fn revoke_token(&self, access: &Access, id: &str) -> Result<(), Problem> {
        if !self.keys.remove(id) {
            return Err(Problem::new(ErrorCode::NotFound, format!("there is no token '{id}'")));
        }
        self.write(access.person(), Write::DeleteRecord(RecordKind::Token, id.to_owned())).await?;
        self.note(access, "token.revoke", id).await
    }

    /// A code that signs one browser in, once, within five minutes.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the system gives no random bits.
    pub fn sign_in_code(&self) -> Result<String, Problem> {
        let code = secret::fresh("")?;
        let now = self.clock.now();
        let mut codes = self.keys.codes.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        codes.retain(|_, expires| *expires > now);
        codes.insert(secret::digest(&code), now.saturating_add(Self::CODE_LIFETIME));
        Ok(code)
    }

    /// Exchanges a sign-in code for a session cookie's value.
    ///
    /// # Errors
    /// [`ErrorCode::Unauthorized`] when the code is unknown, used or too old.
    pub async fn sign_in(&self, code: &str) -> Result<IssuedToken, Problem> {
        let now = self.clock.now();
        let expires = {
            let mut codes = self.keys.codes.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            codes.remove(&secret::digest(code))
        };
        if expires.is_none_or(|end| end <= now) {
            return Err(Problem::new(
                ErrorCode::Unauthorized,
                "the sign-in link was used already or is too old",
            ));
        }
        let session = NewToken {
            name: "browser".to_owned(),
            scopes: vec![Scope::Admin],
            origin: None,
            lifetime: Some(Self::SESSION_LIFETIME),
        };
        let issued = self.issue(session, Holder::Session, "").await?;
        let access = Access::new(self.local, Actor::Session, vec![Scope::Admin]);
        self.note(&access, "session.create", &issued.token.id).await?;
        Ok(issued)
    }

    /// Forgets every token, after everything was erased.
    pub(crate) fn reload_keys(&self) -> Result<(), Problem> {
        self.keys.reload(&*self.store, self.local)
    }
}

fn token_record(token: &Token) -> Result<Record, Problem> {
    crate::settings::record(token.id.clone(), token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_cover_no_more_than_they_say() {
        let bucket = |id: &str| BucketId::parse(id).unwrap();
        let ingest = Scope::parse("ingest:web").unwrap();
        assert!(ingest.covers(&Need::Ingest(bucket("web"))) && ingest.covers(&Need::Known));
        assert!(!ingest.covers(&Need::Ingest(bucket("web2"))));
        assert!(!ingest.covers(&Need::Read) && !ingest.covers(&Need::Admin));
        assert!(!Scope::ReadSelf.covers(&Need::Admin) && Scope::ReadSelf.covers(&Need::Read));
        assert!(Scope::Admin.covers(&Need::Ingest(bucket("any"))));
        for scope in [ingest, Scope::Admin, Scope::CrowdWork] {
            assert_eq!(Scope::parse(&scope.to_string()).unwrap(), scope);
        }
        for bad in ["", "root", "ingest:", "ingest", "Admin"] {
            assert_eq!(Scope::parse(bad).unwrap_err().code, ErrorCode::InvalidParameter, "{bad}");
        }
    }
}
