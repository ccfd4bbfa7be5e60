//! Which site is this address on?

use attnd_core::{Data, Event};
use url::Url;

use super::per_data::map_data;

/// Adds the parts of each event's `url`: `$protocol`, `$domain` (without `www.`; the protocol for
/// an address without host), `$path`, `$params` and `$options` (both what follows `?`: the Rust
/// and the Python server's name for it) and `$identifier` (what follows `#`).
///
/// Events whose `url` is missing or no address stay as they are.
#[must_use]
pub fn split_url_events(mut events: Vec<Event>) -> Vec<Event> {
    map_data(&mut events, |data| with_parts(data).unwrap_or_else(|| data.clone()));
    events
}

fn with_parts(data: &Data) -> Option<Data> {
    let url = Url::parse(data.text("url")?).ok()?;
    let host = url.host_str().filter(|host| !host.is_empty()).unwrap_or(url.scheme());
    let domain = host.strip_prefix("www.").unwrap_or(host);
    let query = url.query().unwrap_or_default();
    let mut data = data.clone();
    let fields = data.fields_mut();
    for (key, value) in [
        ("$protocol", url.scheme()),
        ("$domain", domain),
        ("$path", url.path()),
        ("$params", query),
        ("$options", query),
        ("$identifier", url.fragment().unwrap_or_default()),
    ] {
        fields.insert(key.to_owned(), value.into());
    }
    Some(data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::example::{event, field};

    fn split(url: &str) -> Data {
        split_url_events(vec![event(0.0, 1.0, field("url", url))]).remove(0).data
    }

    #[test]
    fn the_parts_are_named_as_in_both_servers() {
        let data = split("https://www.example.org:8080/a/b?q=1&r=2#top");
        for (key, value) in [
            ("url", "https://www.example.org:8080/a/b?q=1&r=2#top"),
            ("$protocol", "https"),
            ("$domain", "example.org"),
            ("$path", "/a/b"),
            ("$params", "q=1&r=2"),
            ("$options", "q=1&r=2"),
            ("$identifier", "top"),
        ] {
            assert_eq!(data.text(key), Some(value), "{key}");
        }
    }

    #[test]
    fn addresses_without_host_have_the_protocol_as_domain() {
        assert_eq!(split("file:///home/x.txt").text("$domain"), Some("file"));
        assert_eq!(split("about:blank").text("$domain"), Some("about"));
        assert_eq!(split("not an address").fields().len(), 1);
        assert_eq!(split("").fields().len(), 1);
        let other = event(0.0, 1.0, field("title", "x"));
        assert_eq!(split_url_events(vec![other.clone()]), [other]);
    }
}
