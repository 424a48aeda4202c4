//! The one error: a stable code, what is wrong with which field, and a sentence in the reader's language.
//!
//! Nothing internal ever leaves with it: what went wrong inside is logged once, where it is
//! handled, and the caller hears `internal`. To add an error: a variant of [`Code`] with its name,
//! status and both sentences; the compiler asks for the rest.

use std::{borrow::Cow, fmt};

use crate::model::{
    problem::{FieldProblem, Problem, ReplyError},
    profile::Locale,
};

/// The result of everything that can be refused.
pub type Result<T> = std::result::Result<T, Error>;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident $name:literal $status:literal $en:literal $ru:literal;)*) => {
        /// Which error it is. The name is stable for ever, the sentence is for people.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code there is, for the contracts and the tests.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The HTTP status.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            fn sentence(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$variant, Locale::En) => $en, (Self::$variant, Locale::Ru) => $ru,)*
                }
            }
        }
    };
}

codes! {
    /// Not JSON, not UTF-8, not a request that can be read.
    Malformed "malformed" 400 "This could not be read." "Это не удалось прочитать.";
    /// Nobody is signed in.
    Unauthenticated "unauthenticated" 401 "Sign in first." "Сначала войдите.";
    /// The access token is too old: refresh it.
    TokenExpired "token_expired" 401 "The access token has expired. Refresh it." "Срок действия токена истёк. Обновите его.";
    /// The session was ended.
    SessionRevoked "session_revoked" 401 "This session has ended. Sign in again." "Этот сеанс завершён. Войдите снова.";
    /// Wrong name or password; which of them is never said.
    BadCredentials "bad_credentials" 401 "The name or the password is wrong." "Неверное имя или пароль.";
    /// The caller may know of it, but not do this.
    Forbidden "forbidden" 403 "You may not do this." "Это вам не разрешено.";
    /// A room for staff.
    RoomStaffOnly "room_staff_only" 403 "This room is for staff only." "Эта комната только для сотрудников.";
    /// The caller has blocked this person.
    BlockedByYou "blocked_by_you" 403 "You have blocked this person. Unblock them first." "Вы заблокировали этого человека. Сначала разблокируйте его.";
    /// This person takes nothing private from the caller.
    NotAccepted "not_accepted" 403 "This person does not take private messages from you." "Этот человек не принимает от вас личных сообщений.";
    /// Only the owner may do this.
    NotRoomOwner "not_room_owner" 403 "Only the owner of the room may do this." "Это может только владелец комнаты.";
    /// The account was deactivated.
    AccountDeactivated "account_deactivated" 401 "This account is deactivated." "Эта учётная запись отключена.";
    /// The address has to be verified before anybody signs in.
    EmailNotVerified "email_not_verified" 403 "Open the link in the mail that was sent to you first." "Сначала откройте ссылку из письма, которое вам отправлено.";
    /// The password is right; a code is needed as well.
    TotpRequired "totp_required" 401 "Enter the code of your authenticator." "Введите код из приложения.";
    /// The code is wrong, too old, or was used before.
    TotpInvalid "totp_invalid" 401 "This code is wrong or was used already." "Код неверен или уже использован.";
    /// A provider can't be asked who somebody is.
    ProviderUnavailable "provider_unavailable" 503 "The sign-in provider can't be asked right now. Try again, or sign in another way." "Провайдер входа сейчас не отвечает. Попробуйте снова или войдите иначе.";
    /// A provider did not say who somebody is, or its word was not believed.
    ProviderRefused "provider_refused" 401 "The sign-in provider did not confirm who you are. Begin again." "Провайдер входа не подтвердил, кто вы. Начните снова.";
    /// A sign-in by a provider that was begun elsewhere, too long ago, or was finished already.
    SignInExpired "sign_in_expired" 410 "This sign-in was begun elsewhere, took too long or was finished already. Begin again." "Этот вход начат в другом месте, длился слишком долго или уже завершён. Начните снова.";
    /// Another account has the address that a provider names; it is not given away for that.
    AccountExists "account_exists" 409 "There is an account with your e-mail address already. Sign in to it, and connect the provider in its settings." "Учётная запись с вашим адресом почты уже есть. Войдите в неё и подключите провайдера в настройках.";
    /// What a provider calls the caller belongs to another account.
    IdentityTaken "identity_taken" 409 "This identity belongs to another account here." "Эти данные провайдера уже принадлежат другой учётной записи.";
    /// Without it nobody could sign in to the account any more.
    LastWayIn "last_way_in" 409 "This is the only way to sign in to your account. Set a password first." "Это единственный способ войти в вашу учётную запись. Сначала задайте пароль.";
    /// An account without a password proves who its person is by having just signed in.
    ReauthenticationRequired "reauthentication_required" 403 "Sign out and in again first: this needs a sign-in within the last five minutes." "Сначала выйдите и войдите снова: для этого нужен вход за последние пять минут.";
    /// A mailed link that was used, is too old, or never was one.
    LinkInvalid "link_invalid" 410 "This link was used already or is too old. Ask for another one." "Ссылка уже использована или устарела. Запросите новую.";
    /// It does not exist, or the caller may not know that it does.
    NotFound "not_found" 404 "There is nothing here." "Здесь ничего нет.";
    /// No such method on this address.
    MethodNotAllowed "method_not_allowed" 405 "This address does not know that method." "Этот адрес не знает такого метода.";
    /// It contradicts what is there already.
    Conflict "conflict" 409 "This contradicts what is there already." "Это противоречит тому, что уже есть.";
    /// A whisper needs somebody to hear it.
    NotOnline "not_online" 409 "This person is not online right now." "Этого человека сейчас нет в сети.";
    /// The room stays as it is while others are in it.
    RoomOccupied "room_occupied" 409 "Somebody else is online in this room, and it is not renamed or deleted then." "В этой комнате сейчас есть кто-то ещё, и пока это так, её не переименовывают и не удаляют.";
    /// Somebody has this username.
    UsernameTaken "username_taken" 409 "This username is taken." "Это имя пользователя занято.";
    /// The nonce stands for another message.
    NonceReused "nonce_reused" 409 "This nonce already stands for another message." "Этот nonce уже обозначает другое сообщение.";
    /// More bytes than are taken.
    TooLarge "too_large" 413 "This is too large." "Это слишком много.";
    /// More headers, or longer ones, than are taken.
    HeadTooLarge "head_too_large" 431 "The headers of this request are too large." "Заголовки этого запроса слишком велики.";
    /// Not a content type that is taken here.
    UnsupportedMediaType "unsupported_media_type" 415 "This needs another Content-Type." "Здесь нужен другой Content-Type.";
    /// Understood, but a field is wrong: see `errors`.
    Invalid "invalid" 422 "Some of this is not right." "Кое-что здесь неверно.";
    /// Too much at once: see `Retry-After`.
    RateLimited "rate_limited" 429 "Too much at once. Wait a little." "Слишком часто. Подождите немного.";
    /// A fault of the server.
    Internal "internal" 500 "Something went wrong here. It has been noted." "У нас что-то сломалось. Мы это записали.";
    /// Not now: see `Retry-After`.
    Unavailable "unavailable" 503 "Not available right now. Try again." "Сейчас недоступно. Попробуйте снова.";
    /// Whether it was written is unknown: say it again with the same nonce.
    RetrySameNonce "retry_same_nonce" 503 "It is not known whether this was stored. Send it again with the same nonce." "Неизвестно, сохранилось ли это. Отправьте снова с тем же nonce.";
    /// The caller's files have as many bytes as one person's may.
    QuotaReached "quota_reached" 507 "Your files take all the room that they may. Delete messages with files that you no longer need." "Ваши файлы заняли всё отведённое место. Удалите сообщения с файлами, которые больше не нужны.";
    /// The disk is full.
    StorageFull "storage_full" 507 "The server has no room left to store this." "На сервере не осталось места.";
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is missing.
    Required,
    /// There is no such field here.
    Unknown,
    /// It stands there twice.
    Duplicate,
    /// Text where a number belongs, and the like.
    WrongType,
    /// Nothing but white space.
    Blank,
    /// Fewer than so many characters.
    TooShort(usize),
    /// More than so many characters.
    TooLong(usize),
    /// Outside these bounds.
    OutOfRange(i64, i64),
    /// There are so many already.
    TooMany(i64),
    /// It can't be had, or not together with what else was asked for.
    NotAllowed,
    /// The same, for a character or a mixture of scripts.
    Characters,
    /// Not of the form that is taken here.
    Malformed,
    /// Somebody or something has it already.
    Taken,
    /// Too easy to guess.
    TooWeak,
    /// A word that the server keeps for itself.
    Reserved,
    /// It names something that is not there.
    NotFound,
    /// A picture with more than so many pixels, or with more than so many on a side.
    TooManyPixels,
    /// A picture that moves.
    Animated,
}

impl Flaw {
    /// The stable name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Unknown => "unknown",
            Self::Duplicate => "duplicate",
            Self::WrongType => "wrong_type",
            Self::Blank => "blank",
            Self::TooShort(_) => "too_short",
            Self::TooLong(_) => "too_long",
            Self::OutOfRange(..) => "out_of_range",
            Self::TooMany(_) => "too_many",
            Self::NotAllowed | Self::Characters => "not_allowed",
            Self::Malformed => "malformed",
            Self::Taken => "taken",
            Self::TooWeak => "too_weak",
            Self::Reserved => "reserved",
            Self::NotFound => "not_found",
            Self::TooManyPixels => "too_many_pixels",
            Self::Animated => "animated",
        }
    }

    fn sentence(&self, locale: Locale) -> Cow<'static, str> {
        use Locale::{En, Ru};
        match (self, locale) {
            (Self::Required, En) => "This is needed.".into(),
            (Self::Required, Ru) => "Это нужно указать.".into(),
            (Self::Unknown, En) => "This is not known here.".into(),
            (Self::Unknown, Ru) => "Здесь такого нет.".into(),
            (Self::Duplicate, En) => "This stands here twice.".into(),
            (Self::Duplicate, Ru) => "Это указано дважды.".into(),
            (Self::WrongType, En) => "This is of the wrong type.".into(),
            (Self::WrongType, Ru) => "Здесь нужен другой тип.".into(),
            (Self::Blank, En) => "Write something.".into(),
            (Self::Blank, Ru) => "Напишите что-нибудь.".into(),
            (Self::TooShort(1), En) => "At least 1 character.".into(),
            (Self::TooShort(min), En) => format!("At least {min} characters.").into(),
            (Self::TooShort(min), Ru) => format!("Минимум символов: {min}.").into(),
            (Self::TooLong(max), En) => format!("At most {max} characters.").into(),
            (Self::TooLong(max), Ru) => format!("Максимум символов: {max}.").into(),
            (Self::OutOfRange(min, max), En) => format!("From {min} to {max}.").into(),
            (Self::OutOfRange(min, max), Ru) => format!("От {min} до {max}.").into(),
            (Self::TooMany(max), En) => format!("There are {max} already.").into(),
            (Self::TooMany(max), Ru) => format!("Их уже {max}.").into(),
            (Self::NotAllowed, En) => "This is not possible here.".into(),
            (Self::NotAllowed, Ru) => "Здесь так нельзя.".into(),
            (Self::Characters, En) => "This has characters that are not allowed here.".into(),
            (Self::Characters, Ru) => "Здесь есть недопустимые символы.".into(),
            (Self::Malformed, En) => "This does not have the right form.".into(),
            (Self::Malformed, Ru) => "Неверный формат.".into(),
            (Self::Taken, En) => "This is taken.".into(),
            (Self::Taken, Ru) => "Уже занято.".into(),
            (Self::TooWeak, En) => "This is too easy to guess. Use more, or rarer, words.".into(),
            (Self::TooWeak, Ru) => {
                "Это слишком легко угадать. Возьмите больше слов или слова реже.".into()
            }
            (Self::Reserved, En) => "This word is reserved.".into(),
            (Self::Reserved, Ru) => "Это слово зарезервировано.".into(),
            (Self::NotFound, En) => "There is no such thing.".into(),
            (Self::NotFound, Ru) => "Такого нет.".into(),
            (Self::TooManyPixels, En) => "This picture has too many pixels.".into(),
            (Self::TooManyPixels, Ru) => "В этой картинке слишком много точек.".into(),
            (Self::Animated, En) => "This picture moves. Send one that stands still.".into(),
            (Self::Animated, Ru) => "Эта картинка движется. Нужна неподвижная.".into(),
        }
    }
}

/// A refusal, or a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Which one.
    pub code: Code,
    /// What is wrong with which field; only with `invalid`, `conflict` and the like.
    pub fields: Vec<(Cow<'static, str>, Flaw)>,
    /// When to try again, in seconds.
    pub retry_after_s: Option<u32>,
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        let retry_after_s = (code.status() == 503).then_some(1);
        Self { code, fields: Vec::new(), retry_after_s }
    }
}

impl Error {
    /// `invalid`, for one field.
    pub fn field(field: impl Into<Cow<'static, str>>, flaw: Flaw) -> Self {
        Self::from(Code::Invalid).and(field, flaw)
    }

    /// The same error with one more field named.
    #[must_use]
    pub fn and(mut self, field: impl Into<Cow<'static, str>>, flaw: Flaw) -> Self {
        self.fields.push((field.into(), flaw));
        self
    }

    /// `rate_limited`, to be tried again in so many seconds.
    pub fn rate_limited(retry_after_s: u32) -> Self {
        Self { retry_after_s: Some(retry_after_s), ..Code::RateLimited.into() }
    }

    /// A fault of the server: logged here, where it is handled, and `internal` to the caller.
    pub fn internal(what: &str, why: impl fmt::Display) -> Self {
        tracing::error!(%why, "{what}");
        Code::Internal.into()
    }

    /// The error over REST.
    pub fn problem(&self, locale: Locale, request_id: &str) -> Problem {
        Problem {
            kind: "about:blank".to_owned(),
            title: title(self.code.status()).to_owned(),
            status: self.code.status(),
            code: self.code.name().to_owned(),
            detail: self.code.sentence(locale).to_owned(),
            request_id: request_id.to_owned(),
            errors: self.field_problems(locale),
        }
    }

    /// The error over the gateway.
    pub fn reply(&self, locale: Locale) -> ReplyError {
        let errors = self.field_problems(locale);
        ReplyError {
            code: self.code.name().to_owned(),
            detail: self.code.sentence(locale).to_owned(),
            retry_after_s: self.retry_after_s,
            errors: (!errors.is_empty()).then_some(errors),
        }
    }

    fn field_problems(&self, locale: Locale) -> Vec<FieldProblem> {
        let problem = |(field, flaw): &(Cow<'static, str>, Flaw)| FieldProblem {
            field: field.to_string(),
            code: flaw.name().to_owned(),
            detail: flaw.sentence(locale).into_owned(),
        };
        self.fields.iter().map(problem).collect()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.name())?;
        for (field, flaw) in &self.fields {
            write!(f, " {field}:{}", flaw.name())?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// A status in words (RFC 9110).
fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        410 => "Gone",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        507 => "Insufficient Storage",
        _ => "Internal Server Error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_has_a_name_of_its_own_and_a_title() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            let known = code.status() == 500 || title(code.status()) != "Internal Server Error";
            assert!(known, "{} has no title", code.name());
        }
    }

    #[test]
    fn an_error_speaks_the_readers_language() {
        let error = Error::field("body", Flaw::TooLong(16_000));
        assert_eq!(error.problem(Locale::Ru, "r").errors[0].detail, "Максимум символов: 16000.");
        assert_eq!(error.reply(Locale::En).errors.unwrap()[0].detail, "At most 16000 characters.");
    }
}
