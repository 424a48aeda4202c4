//! E-mails: what they say, in English and Russian, and how they are sent without anybody waiting.
//!
//! Whoever sends one calls [`Mailer::send`] and goes on; a thread of its own delivers it by SMTP, or
//! writes it into a folder where no server is set. Links are made from the address that the operator
//! set, never from what a request claims (SECURITY, AU-9). This folder must not know accounts or the
//! store. To add a mail: a variant of [`Mail`] and its words in `texts.rs`, in both languages; a test
//! asks for them.

mod letter;
mod post;
mod smtp;
mod texts;

pub use letter::{Letter, Sender, is_address};
pub use post::{Destination, MailError, Mailer};
pub use smtp::Smtp;
pub use texts::Mail;
