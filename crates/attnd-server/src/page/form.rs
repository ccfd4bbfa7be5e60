//! What did a form, or an address, say? Names and values, in order, as they were typed.

use attnd_core::{ErrorCode, Problem};
use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;

use crate::AppState;
use crate::page::Failed;
use crate::page::visitor::Visitor;

/// The fields of a form that was posted, or of an address's query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of a field; nothing for one that is not there.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The first value, if there is one with something in it.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name).trim()).filter(|value| !value.is_empty())
    }

    /// Every value of a field, in order.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }

    /// Whether a box was ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Whether a box of several of one name was ticked.
    pub(crate) fn chose(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(known, chosen)| known == name && chosen == value)
    }

    /// The lines of a field that have something in them.
    pub(crate) fn lines(&self, name: &str) -> Vec<String> {
        self.text(name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Fields {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }
}

impl From<Vec<(String, String)>> for Fields {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }
}

impl FromRequest<AppState> for Fields {
    type Rejection = Failed;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failed> {
        let visitor = Visitor::of(request.headers(), request.uri().query().unwrap_or_default());
        match Form::<Vec<(String, String)>>::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(rejection) => {
                let code = match rejection.into_response().status() {
                    StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
                    StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::BodyTooLarge,
                    _ => ErrorCode::InvalidBody,
                };
                Err(Failed(visitor, Problem::new(code, "")))
            }
        }
    }
}

/// An address of ours with what it asks for, encoded as browsers encode forms.
pub(crate) fn address<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = path.to_owned();
    for (index, (name, value)) in pairs.into_iter().enumerate() {
        address.push(if index == 0 { '?' } else { '&' });
        encode(&mut address, name);
        address.push('=');
        encode(&mut address, value);
    }
    address
}

fn encode(address: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                address.push(char::from(byte));
            }
            b' ' => address.push('+'),
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::Query;

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let pairs = [("category", "Arbeit & Spiel"), ("category", "读#?=+%"), ("q", "a b"), ("empty", "")];
        let address = address("/activities", pairs);
        assert!(address.is_ascii() && !address.contains('#'), "{address}");
        let Query(read) = Query::<Vec<(String, String)>>::try_from_uri(&address.parse().unwrap()).unwrap();
        assert_eq!(Fields(read), Fields::from(pairs));
    }

    #[test]
    fn fields_are_told_apart() {
        let fields = Fields::from([("a", "1"), ("a", "2"), ("b", " "), ("list", "x\r\n\r\n y ")]);
        assert_eq!((fields.text("a"), fields.all("a").len(), fields.text("none")), ("1", 2, ""));
        assert!(fields.ticked("b") && fields.filled("b").is_none() && fields.chose("a", "2"));
        assert_eq!(fields.lines("list"), ["x", "y"]);
    }
}
