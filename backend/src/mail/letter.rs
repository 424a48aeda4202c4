//! A mail on its way to somebody: plain text and simple HTML, both from the same words.

use std::{fmt::Write, sync::Arc};

use lettre::{
    Address, Message,
    error::Error as BuildError,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::texts::{Mail, Part, Words};
use crate::model::profile::Locale;

/// A mail, to whom and in which language.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// The language.
    pub locale: Locale,
    /// What it says.
    pub mail: Mail,
    /// What the server is called.
    pub server: Arc<str>,
}

/// Who mails come from. Without a name, the server's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(pub(super) Mailbox);

impl Sender {
    /// `name <address>`, or an address alone; `None` for what is neither.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// The sender of a server that people open at this host; `None` where no mail can come from.
    pub fn of_host(host: &str) -> Option<Self> {
        let address = Address::new("parlor", host).ok()?;
        Some(Self(Mailbox::new(None, address)))
    }
}

/// Whether mail can be sent to an address at all.
pub fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}

impl Letter {
    /// The message as it is sent. `address` is what people open.
    pub(super) fn message(&self, from: &Sender, address: &str) -> Result<Message, BuildError> {
        let words = self.mail.words(self.locale, address);
        let to: Address = self.to.parse().map_err(|_| BuildError::MissingTo)?;
        let id = format!("<{:032x}@{}>", rand::random::<u128>(), from.0.email.domain());
        let from = from.0.clone();
        let name = from.name.or_else(|| Some(self.server.to_string()));
        Message::builder()
            .from(Mailbox { name, ..from })
            .to(Mailbox::new(None, to))
            .subject(words.subject.clone())
            .date_now()
            .message_id(Some(id))
            // Holiday notices and the like shall not answer (RFC 3834).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(MultiPart::alternative_plain_html(
                plain(&words, &self.server, address),
                html(&words, self.locale, &self.server, address),
            ))
    }
}

fn plain(words: &Words, server: &str, address: &str) -> String {
    let mut text = String::new();
    for part in &words.parts {
        text.push_str(match part {
            Part::Text(part) => part,
            Part::Link { url, .. } => url,
        });
        text.push_str("\n\n");
    }
    text.push_str("-- \n");
    text.push_str(server);
    text.push('\n');
    text.push_str(address);
    text.push('\n');
    text
}

fn html(words: &Words, locale: Locale, server: &str, address: &str) -> String {
    let mut body = String::new();
    for part in &words.parts {
        let written = match part {
            Part::Text(text) => write!(body, "<p>{}</p>", escape(text)),
            Part::Link { label, url } => {
                let url = escape(url);
                write!(
                    body,
                    "<p><a href=\"{url}\">{}</a><br><small>{url}</small></p>",
                    escape(label)
                )
            }
        };
        debug_assert!(written.is_ok());
    }
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body style=\"font:16px/1.5 sans-serif;max-width:36em;margin:2em auto;padding:0 1em\">\
         {body}<hr><p><small>{}<br>{}</small></p></body></html>",
        locale.code(),
        escape(&words.subject),
        escape(server),
        escape(address),
    )
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(char),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{super::texts::tests::samples, *};

    const ADDRESS: &str = "https://chat.example.org";

    #[test]
    fn every_mail_becomes_a_message_with_both_bodies() {
        let from = Sender::of_host("chat.example.org").unwrap();
        for locale in [Locale::En, Locale::Ru] {
            for mail in samples() {
                let letter = Letter {
                    to: "ann@example.org".to_owned(),
                    locale,
                    mail,
                    server: "Chat".into(),
                };
                let message = letter.message(&from, ADDRESS).unwrap();
                let text = String::from_utf8(message.formatted()).unwrap();
                for expected in [
                    "From: Chat <parlor@chat.example.org>\r\n",
                    "To: ann@example.org\r\n",
                    "Auto-Submitted: auto-generated\r\n",
                    "Content-Type: text/plain; charset=utf-8\r\n",
                    "Content-Type: text/html; charset=utf-8\r\n",
                    "@chat.example.org>\r\n",
                ] {
                    assert!(text.contains(expected), "{expected} is not in\n{text}");
                }
            }
        }
    }

    #[test]
    fn what_people_wrote_stays_text() {
        let mail = Mail::TokenMade { name: "ann".to_owned(), token_name: "<b>&\"bot".to_owned() };
        let words = mail.words(Locale::En, ADDRESS);
        let html = html(&words, Locale::En, "<i>Chat</i>", ADDRESS);
        assert!(html.contains("&lt;i&gt;Chat&lt;/i&gt;"));
        assert!(html.contains("&lt;b&gt;&amp;&quot;bot") && !html.contains("<b>"), "{html}");
        assert!(plain(&words, "Chat", ADDRESS).contains("<b>&\"bot"));
    }

    #[test]
    fn a_link_leads_to_the_address_that_was_set() {
        let mail = Mail::Reset { name: "ann".to_owned(), token: "t".to_owned() };
        let words = mail.words(Locale::Ru, ADDRESS);
        let url = "https://chat.example.org/reset-password#token=t";
        assert!(plain(&words, "Chat", ADDRESS).contains(url));
        assert!(html(&words, Locale::Ru, "Chat", ADDRESS).contains(&format!("<a href=\"{url}\">")));
    }

    #[test]
    fn senders_and_addresses_are_checked() {
        assert!(Sender::parse("Chat <chat@example.org>").is_some());
        assert!(Sender::parse("chat@example.org").is_some());
        assert!(Sender::parse("chat").is_none());
        assert!(is_address("ann+1@example.org") && !is_address("ann@exa mple.org"));
        assert!(Sender::of_host("localhost").is_some() && Sender::of_host("not a host").is_none());
    }
}
