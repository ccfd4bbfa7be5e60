//! What may be kept of an address? Cuts user names, passwords, queries and fragments.

use super::{AddressRule, REDACTED};

/// An address that is the whole text, as in a `url` field. `None` if nothing is to be cut.
pub(super) fn strip_whole(text: &str, rule: AddressRule) -> Option<String> {
    let trimmed = text.trim();
    let Some((scheme, rest)) = trimmed.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
        return strip_pathlike(text, rule);
    };
    if let Some(after) = rest.strip_prefix("//") {
        return changed(text, strip_authority(scheme, after, rule));
    }
    match scheme.to_ascii_lowercase().as_str() {
        // The address is the content.
        "data" | "javascript" | "blob" | "mailto" | "tel" if rule != AddressRule::Whole => {
            changed(text, format!("{scheme}:"))
        }
        // An address inside another: `view-source:https://…`.
        _ if rest.contains("://") => {
            let inner = strip_whole(rest, rule)?;
            Some(format!("{scheme}:{inner}"))
        }
        _ => strip_pathlike(text, rule),
    }
}

/// Addresses within a longer text, such as a title. `None` if nothing is to be cut.
pub(super) fn strip_within(text: &str, rule: AddressRule) -> Option<String> {
    if !text.contains("://") {
        return None;
    }
    let mut result = String::new();
    let mut copied = 0;
    while let Some(colon) = text[copied..].find("://").map(|at| copied + at) {
        let head = &text[copied..colon];
        let scheme_start = colon - head.chars().rev().take_while(|c| is_scheme_character(*c)).count();
        let scheme = &text[scheme_start..colon];
        let after = colon + "://".len();
        let end = text[after..].find(ends_address).map_or(text.len(), |at| after + at);
        result.push_str(&text[copied..scheme_start]);
        if is_scheme(scheme) {
            result.push_str(&strip_authority(scheme, &text[after..end], rule));
        } else {
            result.push_str(&text[scheme_start..end]);
        }
        copied = end;
    }
    result.push_str(&text[copied..]);
    changed(text, result)
}

/// `rest` is what stands after `scheme://`.
fn strip_authority(scheme: &str, rest: &str, rule: AddressRule) -> String {
    let authority_end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(authority_end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    // `user:pa#ss@host` ends, as an address, within the password.
    let host = if has_odd_port(host) { REDACTED } else { host };
    let kept = match rule {
        AddressRule::Whole => path,
        AddressRule::WithoutQuery => &path[..path.find(['?', '#']).unwrap_or(path.len())],
        AddressRule::SiteOnly => "",
    };
    format!("{scheme}://{host}{kept}")
}

/// A text without scheme, or with one that has no host: `about:config?filter`, `example.org/a?b`.
fn strip_pathlike(text: &str, rule: AddressRule) -> Option<String> {
    match rule {
        AddressRule::Whole => None,
        AddressRule::WithoutQuery => text.find(['?', '#']).map(|end| text[..end].to_owned()),
        AddressRule::SiteOnly => text.find(['/', '?', '#']).map(|end| text[..end].to_owned()),
    }
}

fn has_odd_port(host: &str) -> bool {
    if host.starts_with('[') {
        return false;
    }
    host.rsplit_once(':').is_some_and(|(_, port)| !port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn changed(before: &str, after: String) -> Option<String> {
    (before != after).then_some(after)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_scheme_character)
}

fn is_scheme_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.')
}

/// A white space or quotation mark ends an address in a text.
fn ends_address(character: char) -> bool {
    character.is_whitespace() || matches!(character, '"' | '<' | '>' | '“' | '”' | '「' | '」' | '，' | '。')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str, rule: AddressRule) -> String {
        strip_whole(text, rule).unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn queries_fragments_and_passwords_go() {
        for (address, kept) in [
            ("https://example.org/a?token=1#x", "https://example.org/a"),
            ("https://anna:s3cret@example.org:8080/a", "https://example.org:8080/a"),
            ("https://anna@example.org?q", "https://example.org"),
            ("https://u:p@ss@example.org/", "https://example.org/"),
            ("https://u:pa#ss@example.org/", "https://[redacted]"),
            ("https://[::1]:5600/a#b", "https://[::1]:5600/a"),
            ("file:///home/anna/notes.txt#3", "file:///home/anna/notes.txt"),
            ("about:config?filter=x", "about:config"),
            ("data:text/html,secret", "data:"),
            ("view-source:https://example.org/?x", "view-source:https://example.org/"),
            ("example.org/search?q=x y", "example.org/search"),
            ("https://example.org/search?q=x y z", "https://example.org/search"),
        ] {
            assert_eq!(whole(address, AddressRule::WithoutQuery), kept);
        }
    }

    #[test]
    fn the_site_alone_or_everything_but_the_password() {
        assert_eq!(whole("https://a:b@example.org:1/p?q", AddressRule::SiteOnly), "https://example.org:1");
        assert_eq!(whole("https://a:b@example.org/p?q#f", AddressRule::Whole), "https://example.org/p?q#f");
        assert_eq!(strip_whole("https://example.org/p", AddressRule::WithoutQuery), None);
    }

    #[test]
    fn addresses_inside_titles() {
        let rule = AddressRule::WithoutQuery;
        assert_eq!(
            strip_within("see https://a.org/?k=1 and 见http://u:p@b.org/c#d。end", rule).unwrap(),
            "see https://a.org/ and 见http://b.org/c。end"
        );
        assert_eq!(strip_within("what is this? #3 http", rule), None);
        assert_eq!(strip_within("a :// b?c", rule), None);
    }
}
