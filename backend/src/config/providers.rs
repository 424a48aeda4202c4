//! The providers that people may sign in by.
//!
//! What is said of several stands in one value, with commas between them, in the order of their issuers.

use super::{
    ConfigError, Given,
    settings::{
        OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_CLIENT_SECRET_FILE, OIDC_ISSUER, OIDC_LABEL,
        Setting,
    },
    values::host_of,
};
use crate::oidc;

/// The providers that were set up.
///
/// # Errors
/// One of them is set up by half, twice, or wrongly.
pub(super) fn providers(given: &Given) -> Result<Vec<oidc::Setup>, ConfigError> {
    let has_several = given.get(OIDC_ISSUER.name).is_some_and(|issuers| issuers.contains(','));
    let of = |setting: &Setting| -> Option<Vec<String>> {
        let text = given.get(setting.name)?;
        let parts = if has_several { text.split(',').collect() } else { vec![text.as_str()] };
        Some(parts.into_iter().map(|part| part.trim().to_owned()).collect())
    };
    let Some(issuers) = of(&OIDC_ISSUER) else {
        let rest = [&OIDC_CLIENT_ID, &OIDC_CLIENT_SECRET, &OIDC_CLIENT_SECRET_FILE, &OIDC_LABEL];
        // Half of it would look as if it were set up.
        return match rest.into_iter().find(|setting| given.contains_key(setting.name)) {
            Some(_) => Err(OIDC_ISSUER.refuse("")),
            None => Ok(Vec::new()),
        };
    };
    let raw = given.get(OIDC_ISSUER.name).map(String::as_str).unwrap_or_default();
    let are_different =
        (1..issuers.len()).all(|at| !issuers.iter().take(at).any(|it| issuers.get(at) == Some(it)));
    if !are_different || !issuers.iter().all(|issuer| oidc::is_issuer(issuer)) {
        return Err(OIDC_ISSUER.refuse(raw));
    }
    let checked =
        |setting: &Setting, values: Option<Vec<String>>, is_good: fn(&str) -> bool, shown: &str| {
            match values {
                Some(values)
                    if values.len() != issuers.len() || !values.iter().all(|it| is_good(it)) =>
                {
                    Err(setting.refuse(shown))
                }
                values => Ok(values),
            }
        };
    let shown = |setting: &Setting| given.get(setting.name).cloned().unwrap_or_default();
    let is_named = |text: &str| !text.is_empty() && text.len() <= 255;
    let client_ids =
        checked(&OIDC_CLIENT_ID, of(&OIDC_CLIENT_ID), is_named, &shown(&OIDC_CLIENT_ID))?;
    let is_label = |text: &str| (1..=40).contains(&text.chars().count());
    let labels = checked(&OIDC_LABEL, of(&OIDC_LABEL), is_label, &shown(&OIDC_LABEL))?;
    let is_secret = |text: &str| !text.is_empty();
    let secrets =
        match (given.get(OIDC_CLIENT_SECRET.name), given.get(OIDC_CLIENT_SECRET_FILE.name)) {
            (Some(_), Some(_)) => return Err(OIDC_CLIENT_SECRET.refuse("not shown")),
            (None, Some(path)) => {
                let text = std::fs::read_to_string(path);
                let text = text.map_err(|_| OIDC_CLIENT_SECRET_FILE.refuse(path))?;
                let lines = text.lines().map(|line| line.trim().to_owned());
                let lines = lines.filter(|line| !line.is_empty()).collect();
                checked(&OIDC_CLIENT_SECRET_FILE, Some(lines), is_secret, path)?
            }
            _ => checked(&OIDC_CLIENT_SECRET, of(&OIDC_CLIENT_SECRET), is_secret, "not shown")?,
        };
    let nth = |values: &Option<Vec<String>>, at: usize| values.as_ref()?.get(at).cloned();
    let setups = issuers.iter().enumerate().map(|(at, issuer)| oidc::Setup {
        issuer: issuer.clone(),
        client_id: nth(&client_ids, at).unwrap_or_else(|| "parlor".to_owned()),
        client_secret: nth(&secrets, at),
        label: nth(&labels, at).unwrap_or_else(|| host_of(issuer)),
    });
    Ok(setups.collect())
}
