//! What every mail says, in both languages.

use crate::model::profile::Locale;

/// A mail, with what its words need. `name` is the username of the account that it is about.
#[derive(Clone, PartialEq, Eq)]
pub enum Mail {
    /// Shows that an address is a person's: for a new account, or for a new address of an old one.
    Verify {
        /// Whose account.
        name: String,
        /// What the link carries.
        token: String,
    },
    /// Somebody gave an address that an account has already; whoever asked was told nothing.
    AddressInUse {
        /// The account that has it.
        name: String,
    },
    /// Lets a person choose a new password.
    Reset {
        /// Whose account.
        name: String,
        /// What the link carries.
        token: String,
    },
    /// The password was changed.
    PasswordChanged {
        /// Whose account.
        name: String,
    },
    /// Somebody who knows the password asked for another address; to the one of today.
    EmailChangeAsked {
        /// Whose account.
        name: String,
        /// The address to be.
        email: String,
    },
    /// Another address took this one's place; to the former one.
    EmailChanged {
        /// Whose account.
        name: String,
        /// The new address.
        email: String,
    },
    /// Signing in needs a code from now on.
    TotpOn {
        /// Whose account.
        name: String,
    },
    /// Signing in needs no code any more.
    TotpOff {
        /// Whose account.
        name: String,
    },
    /// There are other recovery codes.
    RecoveryCodesRenewed {
        /// Whose account.
        name: String,
    },
    /// A personal access token was made.
    TokenMade {
        /// Whose account.
        name: String,
        /// What the token is called.
        token_name: String,
    },
    /// The account may be entered by a provider from now on.
    IdentityConnected {
        /// Whose account.
        name: String,
        /// What people call the provider.
        provider: String,
    },
    /// The account may not be entered by a provider any more.
    IdentityDisconnected {
        /// Whose account.
        name: String,
        /// What people call the provider.
        provider: String,
    },
}

/// The words of a mail, before they become plain text and HTML.
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) parts: Vec<Part>,
}

/// One paragraph.
pub(super) enum Part {
    Text(String),
    Link { label: &'static str, url: String },
}

impl Mail {
    /// What it is, for the log.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Verify { .. } => "verify",
            Self::AddressInUse { .. } => "address_in_use",
            Self::Reset { .. } => "reset",
            Self::PasswordChanged { .. } => "password_changed",
            Self::EmailChangeAsked { .. } => "email_change_asked",
            Self::EmailChanged { .. } => "email_changed",
            Self::TotpOn { .. } => "totp_on",
            Self::TotpOff { .. } => "totp_off",
            Self::RecoveryCodesRenewed { .. } => "recovery_codes_renewed",
            Self::TokenMade { .. } => "token_made",
            Self::IdentityConnected { .. } => "identity_connected",
            Self::IdentityDisconnected { .. } => "identity_disconnected",
        }
    }

    /// Its words; `address` is what people open.
    pub(super) fn words(&self, locale: Locale, address: &str) -> Words {
        match locale {
            Locale::En => self.english(address),
            Locale::Ru => self.russian(address),
        }
    }

    fn english(&self, address: &str) -> Words {
        match self {
            Self::Verify { name, token } => Words::new("Verify your e-mail address")
                .text(format!("Hello! The account {name} at {address} gave this address as its own. Open the link to confirm that it is yours."))
                .link("Verify this address", verify_url(address, token))
                .text("The link works once and for one hour. If this was not you, do nothing: the address will not be used."),
            Self::AddressInUse { name } => Words::new("You have an account already")
                .text(format!("Somebody, perhaps you, gave this address to an account at {address}. It belongs to the account {name} already, so nothing was changed."))
                .text("If it was you, sign in to that account, or reset its password. If it was not, do nothing."),
            Self::Reset { name, token } => Words::new("Choose a new password")
                .text(format!("Somebody, perhaps you, asked for a new password for the account {name} at {address}."))
                .link("Choose a new password", reset_url(address, token))
                .text("The link works once and for one hour. If this was not you, do nothing: the password stays as it is."),
            Self::PasswordChanged { name } => Words::new("Your password was changed")
                .text(format!("The password of the account {name} at {address} was changed. All other sessions and all personal access tokens have ended."))
                .text("If this was not you, reset the password at once."),
            Self::EmailChangeAsked { name, email } => Words::new("Your e-mail address is about to change")
                .text(format!("Somebody who knows the password of the account {name} at {address} asked to use the address {email} instead of this one. It changes once the new address is verified."))
                .text("If this was not you, change the password now."),
            Self::EmailChanged { name, email } => Words::new("Your e-mail address was changed")
                .text(format!("The account {name} at {address} now uses the address {email}. Mails about it go there from now on."))
                .text("If this was not you, tell the people who run the server."),
            Self::TotpOn { name } => Words::new("Two-factor authentication is on")
                .text(format!("Signing in to the account {name} at {address} needs a code from an authenticator from now on."))
                .text("If this was not you, reset the password and tell the people who run the server."),
            Self::TotpOff { name } => Words::new("Two-factor authentication is off")
                .text(format!("Signing in to the account {name} at {address} needs the password only from now on."))
                .text("If this was not you, change the password now."),
            Self::RecoveryCodesRenewed { name } => Words::new("There are new recovery codes")
                .text(format!("The account {name} at {address} has new recovery codes; those that you had are void."))
                .text("If this was not you, change the password now."),
            Self::TokenMade { name, token_name } => Words::new("A personal access token was made")
                .text(format!("The account {name} at {address} has a new personal access token: “{token_name}”. Programs that have it may act for you."))
                .text("If this was not you, delete it and change the password."),
            Self::IdentityConnected { name, provider } => Words::new(&format!("{provider} was connected with your account"))
                .text(format!("Whoever signs in with {provider} as you did gets into the account {name} at {address} from now on."))
                .text("If this was not you, disconnect it in the settings and change the password."),
            Self::IdentityDisconnected { name, provider } => Words::new(&format!("{provider} was disconnected from your account"))
                .text(format!("Nobody gets into the account {name} at {address} with {provider} any more."))
                .text("If this was not you, change the password now."),
        }
    }

    fn russian(&self, address: &str) -> Words {
        match self {
            Self::Verify { name, token } => Words::new("Подтвердите адрес почты")
                .text(format!("Здравствуйте! Для учётной записи {name} на {address} указали этот адрес. Откройте ссылку, чтобы подтвердить, что он ваш."))
                .link("Подтвердить адрес", verify_url(address, token))
                .text("Ссылка действует один раз и один час. Если это были не вы, ничего не делайте: адрес не будет использован."),
            Self::AddressInUse { name } => Words::new("У вас уже есть учётная запись")
                .text(format!("Кто-то, возможно вы, указал этот адрес для учётной записи на {address}. Он уже принадлежит учётной записи {name}, поэтому ничего не изменилось."))
                .text("Если это были вы, войдите в неё или сбросьте её пароль. Если нет, ничего не делайте."),
            Self::Reset { name, token } => Words::new("Выберите новый пароль")
                .text(format!("Кто-то, возможно вы, попросил новый пароль для учётной записи {name} на {address}."))
                .link("Выбрать новый пароль", reset_url(address, token))
                .text("Ссылка действует один раз и один час. Если это были не вы, ничего не делайте: пароль останется прежним."),
            Self::PasswordChanged { name } => Words::new("Ваш пароль изменён")
                .text(format!("Пароль учётной записи {name} на {address} изменён. Все остальные сеансы и все личные токены завершены."))
                .text("Если это были не вы, немедленно сбросьте пароль."),
            Self::EmailChangeAsked { name, email } => Words::new("Ваш адрес почты скоро изменится")
                .text(format!("Кто-то, кто знает пароль учётной записи {name} на {address}, попросил использовать адрес {email} вместо этого. Он сменится, когда новый адрес подтвердят."))
                .text("Если это были не вы, смените пароль сейчас же."),
            Self::EmailChanged { name, email } => Words::new("Ваш адрес почты изменён")
                .text(format!("Учётная запись {name} на {address} теперь использует адрес {email}. Письма о ней будут приходить туда."))
                .text("Если это были не вы, сообщите тем, кто ведёт этот сервер."),
            Self::TotpOn { name } => Words::new("Вход по коду включён")
                .text(format!("Теперь для входа в учётную запись {name} на {address} нужен код из приложения."))
                .text("Если это были не вы, сбросьте пароль и сообщите тем, кто ведёт этот сервер."),
            Self::TotpOff { name } => Words::new("Вход по коду выключен")
                .text(format!("Теперь для входа в учётную запись {name} на {address} нужен только пароль."))
                .text("Если это были не вы, смените пароль сейчас же."),
            Self::RecoveryCodesRenewed { name } => Words::new("Новые коды восстановления")
                .text(format!("У учётной записи {name} на {address} новые коды восстановления; прежние больше не действуют."))
                .text("Если это были не вы, смените пароль сейчас же."),
            Self::TokenMade { name, token_name } => Words::new("Создан личный токен")
                .text(format!("У учётной записи {name} на {address} новый личный токен: «{token_name}». Программы, у которых он есть, могут действовать от вашего имени."))
                .text("Если это были не вы, удалите его и смените пароль."),
            Self::IdentityConnected { name, provider } => Words::new(&format!("К учётной записи подключён вход через {provider}"))
                .text(format!("Теперь в учётную запись {name} на {address} можно войти через {provider}."))
                .text("Если это были не вы, отключите его в настройках и смените пароль."),
            Self::IdentityDisconnected { name, provider } => Words::new(&format!("Вход через {provider} отключён от учётной записи"))
                .text(format!("В учётную запись {name} на {address} больше нельзя войти через {provider}."))
                .text("Если это были не вы, смените пароль сейчас же."),
        }
    }
}

impl Words {
    fn new(subject: &str) -> Self {
        Self { subject: subject.to_owned(), parts: Vec::new() }
    }

    fn text(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    fn link(mut self, label: &'static str, url: String) -> Self {
        self.parts.push(Part::Link { label, url });
        self
    }
}

/// Pages of the web client. The token stands behind the `#`, so that no server sees it in a log.
fn verify_url(address: &str, token: &str) -> String {
    format!("{address}/verify-email#token={token}")
}

fn reset_url(address: &str, token: &str) -> String {
    format!("{address}/reset-password#token={token}")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// One of every kind.
    pub(in crate::mail) fn samples() -> Vec<Mail> {
        let (name, email) = (|| "ann".to_owned(), || "new@example.org".to_owned());
        let token = || "T0ken".to_owned();
        let samples = vec![
            Mail::Verify { name: name(), token: token() },
            Mail::AddressInUse { name: name() },
            Mail::Reset { name: name(), token: token() },
            Mail::PasswordChanged { name: name() },
            Mail::EmailChangeAsked { name: name(), email: email() },
            Mail::EmailChanged { name: name(), email: email() },
            Mail::TotpOn { name: name() },
            Mail::TotpOff { name: name() },
            Mail::RecoveryCodesRenewed { name: name() },
            Mail::TokenMade { name: name(), token_name: "<b>bot</b>".to_owned() },
            Mail::IdentityConnected { name: name(), provider: "Keycloak".to_owned() },
            Mail::IdentityDisconnected { name: name(), provider: "Keycloak".to_owned() },
        ];
        let kinds: std::collections::BTreeSet<_> = samples.iter().map(Mail::kind).collect();
        assert_eq!(kinds.len(), samples.len());
        samples
    }

    fn whole(words: &Words) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Link { label, url } => format!("{label} {url}"),
        };
        let parts: Vec<_> = words.parts.iter().map(part).collect();
        format!("{}\n{}", words.subject, parts.join("\n"))
    }

    fn is_cyrillic(char: char) -> bool {
        ('а'..='я').contains(&char.to_lowercase().next().unwrap())
    }

    #[test]
    fn every_mail_exists_in_both_languages() {
        for mail in samples() {
            let address = "https://chat.example.org";
            let english = mail.words(Locale::En, address);
            let russian = mail.words(Locale::Ru, address);
            let kind = mail.kind();
            assert_eq!(english.parts.len(), russian.parts.len(), "{kind}");
            assert!(!whole(&english).contains(is_cyrillic), "{kind}");
            assert!(russian.subject.contains(is_cyrillic), "{kind}");
            for part in &russian.parts {
                let words = match part {
                    Part::Text(text) => text.as_str(),
                    Part::Link { label, .. } => label,
                };
                assert!(words.contains(is_cyrillic), "{kind}: {words}");
            }
            for words in [english, russian] {
                let whole = whole(&words);
                assert!(whole.contains("ann") && whole.contains(address), "{kind}: {whole}");
                assert!(!words.subject.is_empty() && words.parts.len() > 1, "{kind}");
            }
        }
    }
}
