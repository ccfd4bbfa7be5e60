//! Do two addresses lead to the same place? One spelling for the many an address has.
//!
//! Only what RFC 3986 (section 6) calls equal, and what by custom leads nowhere else, is made equal: another host, path or
//! question stays another address. Names in other scripts, and hosts such as `m.` or `amp.`, are left as they are: whether they
//! show the same is for their owner to say.

/// Parameters that say where a reader came from, not where to go; beside these, all that begin with `utm_`.
const CAMPAIGN: [&str; 12] = [
    "dclid", "fbclid", "gbraid", "gclid", "igshid", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "twclid",
    "wbraid", "yclid",
];

/// Schemes of pages, and the port each implies.
const SCHEMES: [(&str, &str); 2] = [("http", "80"), ("https", "443")];

/// One spelling of an address: without scheme of a page, `www.`, the port its scheme implies, fragment, campaign and last slash;
/// host in lower case, parameters in order, percent signs before capitals and only where needed. None where it names no host.
///
/// A scheme that is none of a page's stays: `mailto:ann@example.org` is no page of that host.
#[must_use]
pub fn canonical(address: &str) -> Option<String> {
    let address = address.trim();
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => match opaque(address) {
            Some(found) => return Some(found),
            None => (String::new(), address),
        },
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = place.split_once('/').unwrap_or((place, ""));
    let host = host(authority, &scheme);
    if host.is_empty() {
        return None;
    }
    let is_page = scheme.is_empty() || SCHEMES.iter().any(|(page, _)| *page == scheme);
    let mut found = if is_page { host } else { format!("{scheme}://{host}") };
    let path = unescaped(path);
    let path = path.trim_end_matches('/');
    if !path.is_empty() {
        found.push('/');
        found.push_str(path);
    }
    let parameters = query.split('&').filter(|pair| !pair.is_empty() && !is_campaign(pair));
    let mut parameters: Vec<String> = parameters.map(unescaped).collect();
    parameters.sort_unstable();
    if !parameters.is_empty() {
        found.push('?');
        found.push_str(&parameters.join("&"));
    }
    Some(found)
}

/// An address of a scheme without a host, such as `mailto:` or `tel:`; none where what looks like a scheme is a host and a port.
fn opaque(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once(':')?;
    let mut letters = scheme.chars();
    let named = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-'));
    let port = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    (named && !is_port && !rest.is_empty()).then(|| format!("{}:{rest}", scheme.to_ascii_lowercase()))
}

/// The host, and its port where its scheme does not imply it. Who logs in stays: it may be another page for everyone.
fn host(authority: &str, scheme: &str) -> String {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (format!("{user}@"), host),
        None => (String::new(), authority),
    };
    let host = host.to_lowercase();
    let implied = |port: &str| SCHEMES.contains(&(scheme, port));
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.is_empty() || implied(port) => name,
        _ => host.as_str(),
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    let host = host.strip_prefix("www.").filter(|name| name.contains('.')).unwrap_or(host);
    if host.is_empty() { String::new() } else { user + host }
}

fn is_campaign(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
    name.starts_with("utm_") || CAMPAIGN.contains(&name.as_str())
}

/// Percent signs before capitals, and none before what needs none (RFC 3986, 2.3 and 6.2.2); one that stands for itself is written
/// as it should be.
fn unescaped(part: &str) -> String {
    let bytes = part.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    let mut found = String::with_capacity(part.len());
    let mut from = 0;
    while let Some(found_at) = part[from..].find('%') {
        let at = from + found_at;
        found.push_str(&part[from..at]);
        from = at + 1;
        let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) else {
            found.push_str("%25");
            continue;
        };
        from = at + 3;
        let byte = (high * 16 + low) as u8;
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            found.push(char::from(byte));
        } else {
            found.push('%');
            found.push_str(&part[at + 1..at + 3].to_ascii_uppercase());
        }
    }
    found.push_str(&part[from..]);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_place_has_many_spellings() {
        let one = Some("example.org/a/b?x=1&y=2".to_owned());
        for spelling in [
            "https://www.Example.org/a/b/?utm_source=feed&x=1&y=2#top",
            "http://example.org/a/b?y=2&x=1",
            "https://example.org:443/a/b?x=1&y=2&fbclid=abc",
            "http://EXAMPLE.org:80/a/b/?x=1&y=2&",
            "  example.org./a/b?x=1&y=2&gclid=&UTM_campaign=z ",
            "https://example.org/%61/b?x=%31&y=2",
        ] {
            assert_eq!(canonical(spelling), one, "{spelling}");
        }
        assert_eq!(canonical("https://example.org/?"), canonical("example.org"));
    }

    /// The equivalent pairs of RFC 3986, 6.2.2.
    #[test]
    fn percent_signs_are_as_the_standard_wants_them() {
        assert_eq!(canonical("HTTP://www.EXAMPLE.com/"), canonical("http://www.example.com/"));
        assert_eq!(canonical("http://example.com/%7efoo"), canonical("http://example.com/~foo"));
        assert_eq!(canonical("http://example.com/a%c2%b1b"), canonical("http://example.com/a%C2%B1b"));
        assert_ne!(canonical("http://example.com/a%2Fb"), canonical("http://example.com/a/b"));
        assert_eq!(canonical("http://example.com/100%"), canonical("http://example.com/100%25"));
    }

    #[test]
    fn what_leads_elsewhere_stays_another_address() {
        let all = [
            "http://example.org/a",
            "http://example.org/A",
            "http://example.org/a?x=1",
            "http://example.org/a?x=2",
            "http://example.org:8080/a",
            "https://example.org:80/a",
            "http://m.example.org/a",
            "http://amp.example.org/a",
            "http://ann@example.org/a",
            "ftp://example.org/a",
            "http://bücher.example/a",
            "http://xn--bcher-kva.example/a",
            "mailto:ann@example.org",
            "tel:+123",
        ];
        let found: std::collections::BTreeSet<_> = all.map(canonical).into_iter().collect();
        assert_eq!(found.len(), all.len(), "{found:?}");
    }

    #[test]
    fn what_names_no_host_is_no_address() {
        for none in ["", "  ", "#top", "?x=1", "https://", "http:///a", "https://:443/"] {
            assert_eq!(canonical(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn a_canonical_address_is_its_own(address in "(https?://)?(www\\.)?[a-z]{1,6}\\.org(:80|:443|:99)?(/[a-z%0-9A-F]{0,5}){0,3}(\\?[a-z]=[0-9](&utm_x=1)?)?") {
            let once = canonical(&address).unwrap();
            prop_assert_eq!(canonical(&once), Some(once));
        }

        #[test]
        fn anything_is_read(address in "\\PC{0,60}") {
            if let Some(found) = canonical(&address) {
                prop_assert!(!found.is_empty());
            }
        }
    }
}
