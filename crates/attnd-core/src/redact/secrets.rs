//! Which parts of a text are secrets? E-mail addresses, bank accounts, payment cards and keys.
//!
//! Each kind is a linear-time search for candidates and, where the format has one, its checksum.
//! Borders are ASCII ones, so that a key right after a Chinese word is found too.

use std::collections::BTreeSet;
use std::ops::Range;

use regex::{Regex, RegexSet};
use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::REDACTED;

/// A kind of secret that can be told by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// An e-mail address.
    Email,
    /// An international bank account number whose checksum is right (ISO 13616).
    Iban,
    /// A payment card number of 13 to 19 digits whose Luhn checksum is right (ISO/IEC 7812-1).
    PaymentCard,
    /// A JSON web token (RFC 7519).
    Jwt,
    /// A key or token known by its prefix: of code hosts, clouds, chat and payment services.
    Key,
    /// A private key in PEM (RFC 7468) or OpenPGP armour, to its end.
    PrivateKey,
}

impl SecretKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Email, Self::Iban, Self::PaymentCard, Self::Jwt, Self::Key, Self::PrivateKey];

    const fn pattern(self) -> &'static str {
        match self {
            Self::Email => EMAIL,
            Self::Iban => r"(?-u:\b)[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}",
            Self::PaymentCard => r"[0-9](?:[ -]?[0-9]){12,}",
            Self::Jwt => r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*",
            Self::Key => KEY,
            Self::PrivateKey => PRIVATE_KEY,
        }
    }

    /// The secret within a candidate (both as byte ranges of `text`), if it is one.
    fn confirm(self, text: &str, candidate: Range<usize>) -> Option<Range<usize>> {
        match self {
            Self::Email => (!is_image_name(&text[candidate.clone()])).then_some(candidate),
            Self::Iban => find_iban(text, candidate),
            Self::PaymentCard => find_card(text, candidate),
            Self::Key => is_key(&text[candidate.clone()]).then_some(candidate),
            Self::Jwt | Self::PrivateKey => Some(candidate),
        }
    }
}

/// Letters of scripts that occur in addresses; not Han, whose words stand next to them unspaced.
const EMAIL: &str = r"[\p{Latin}\p{Greek}\p{Cyrillic}0-9._%+'-]+(?:@|%40)(?:[\p{Latin}\p{Greek}\p{Cyrillic}0-9-]+\.)+[\p{Latin}\p{Greek}\p{Cyrillic}]{2,}";

const KEY: &str = concat!(
    r"(?-u:\b)(?:",
    r"sk-[A-Za-z0-9_-]{20,}",                        // model services
    r"|[rsp]k_(?:live|test)_[A-Za-z0-9]{16,}",       // Stripe
    r"|gh[pousr]_[A-Za-z0-9]{36,}",                  // GitHub
    r"|github_pat_[A-Za-z0-9_]{22,}",                // GitHub, fine-grained
    r"|glpat-[A-Za-z0-9_-]{20,}",                    // GitLab
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}",              // Slack
    r"|xapp-[0-9]-[A-Za-z0-9-]{10,}",                // Slack, app level
    r"|(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?-u:\b)", // AWS
    r"|AIza[A-Za-z0-9_-]{35}",                       // Google
    r"|ya29\.[A-Za-z0-9_-]{20,}",                    // Google OAuth
    r"|npm_[A-Za-z0-9]{36,}",                        // npm
    r"|pypi-[A-Za-z0-9_-]{50,}",                     // PyPI
    r"|hf_[A-Za-z0-9]{30,}",                         // Hugging Face
    r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",  // SendGrid
    r"|dop_v1_[a-f0-9]{64}",                         // DigitalOcean
    r"|[0-9]{8,10}:AA[A-Za-z0-9_-]{33}",             // Telegram bots
    r"|AGE-SECRET-KEY-1[A-Z0-9]{50,}",               // age
    r")"
);

const PRIVATE_KEY: &str = r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:.*?-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|.*)";

/// The kinds looked for.
#[derive(Clone, Debug)]
pub(super) struct Secrets {
    /// Whether any kind has a candidate: one pass over the text, and no allocation.
    any: RegexSet,
    kinds: Vec<(SecretKind, Regex)>,
}

impl Secrets {
    pub(super) fn new(kinds: &BTreeSet<SecretKind>) -> Self {
        let any = RegexSet::new(kinds.iter().map(|kind| kind.pattern()));
        let regex = |kind: &SecretKind| {
            (*kind, Regex::new(kind.pattern()).expect("invariant: the built-in patterns compile"))
        };
        Self {
            any: any.expect("invariant: the built-in patterns compile"),
            kinds: kinds.iter().map(regex).collect(),
        }
    }

    /// Whether a bare number is long enough to be a card's.
    pub(super) fn may_hold_number(&self, number: &Number) -> bool {
        number.as_u64().is_some_and(|number| number >= 1_000_000_000_000)
    }

    /// `text` with every secret replaced; `None` if it has none.
    pub(super) fn strip(&self, text: &str) -> Option<String> {
        if !self.any.is_match(text) {
            return None;
        }
        let mut current: Option<String> = None;
        for (kind, regex) in &self.kinds {
            if let Some(next) = strip_kind(*kind, regex, current.as_deref().unwrap_or(text)) {
                current = Some(next);
            }
        }
        current
    }
}

fn strip_kind(kind: SecretKind, regex: &Regex, text: &str) -> Option<String> {
    let mut result = String::new();
    let (mut copied, mut from) = (0, 0);
    while let Some(candidate) = regex.find_at(text, from) {
        let Some(secret) = kind.confirm(text, candidate.range()) else {
            // Another may begin within a candidate that is none; card runs were searched whole.
            from = match kind {
                SecretKind::Iban => candidate.start() + 1,
                _ => candidate.end(),
            };
            continue;
        };
        result.push_str(&text[copied..secret.start]);
        result.push_str(REDACTED);
        copied = secret.end;
        from = secret.end;
    }
    if result.is_empty() {
        return None;
    }
    result.push_str(&text[copied..]);
    Some(result)
}

/// `icon@2x.png` looks like an address and is a file.
fn is_image_name(candidate: &str) -> bool {
    let ending = candidate.rsplit('.').next().unwrap_or_default();
    ["png", "jpg", "jpeg", "gif", "svg", "webp"].iter().any(|image| ending.eq_ignore_ascii_case(image))
}

/// `sk-` also begins words with hyphens; a key has a long run of letters and digits mixed.
fn is_key(candidate: &str) -> bool {
    let Some(tail) = candidate.strip_prefix("sk-") else { return true };
    tail.split(['-', '_']).any(|run| run.len() >= 12)
        && tail.bytes().any(|byte| byte.is_ascii_digit())
        && tail.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// The longest beginning of the candidate that is a valid account number and ends at a border:
/// in groups of four, the words after it look like more groups.
fn find_iban(text: &str, candidate: Range<usize>) -> Option<Range<usize>> {
    let (mut remainder, mut characters) = (0_u32, 0_usize);
    // ISO 7064 mod 97-10: the first four characters are read last.
    let head: Vec<u8> = text.as_bytes()[candidate.start..][..4].to_vec();
    let mut found = None;
    for (offset, byte) in text.as_bytes()[candidate.clone()].iter().enumerate().skip(4) {
        if *byte == b' ' {
            continue;
        }
        remainder = mod_97(remainder, *byte);
        characters += 1;
        let end = candidate.start + offset + 1;
        let at_border = !text.as_bytes().get(end).is_some_and(u8::is_ascii_alphanumeric);
        let whole = head.iter().fold(remainder, |remainder, byte| mod_97(remainder, *byte));
        if characters >= 11 && at_border && whole == 1 {
            found = Some(candidate.start..end);
        }
    }
    found
}

fn mod_97(remainder: u32, character: u8) -> u32 {
    match character {
        b'0'..=b'9' => (remainder * 10 + u32::from(character - b'0')) % 97,
        _ => (remainder * 100 + u32::from(character - b'A') + 10) % 97,
    }
}

/// The first card number in a run of digits in groups. It begins and ends with a group; a run of
/// more than 19 digits without a separator is none.
fn find_card(text: &str, run: Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let begins = |at: usize| is_digit(at) && (at == 0 || !is_digit(at - 1));
    run.clone().filter(|start| begins(*start)).find_map(|start| {
        // Cards of every network in use begin with 2 to 6; so times in milliseconds are none.
        if !(b'2'..=b'6').contains(&bytes[start]) {
            return None;
        }
        let (mut digits, mut at) = (Vec::with_capacity(19), start);
        while at < run.end && digits.len() < 19 {
            if is_digit(at) {
                digits.push(bytes[at] - b'0');
                if digits.len() >= 13 && !is_digit(at + 1) && luhn(&digits) {
                    return Some(start..at + 1);
                }
            }
            at += 1;
        }
        None
    })
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = (digits.iter().rev().enumerate())
        .map(|(place, digit)| {
            let digit = u32::from(*digit) << (place % 2);
            digit / 10 + digit % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(kind: SecretKind, text: &str) -> Option<String> {
        Secrets::new(&BTreeSet::from([kind])).strip(text)
    }

    /// Each text holds exactly one secret, between `<` and `>`.
    fn finds(kind: SecretKind, texts: &[&str]) {
        for marked in texts {
            let (before, rest) = marked.split_once('<').unwrap();
            let (secret, after) = rest.split_once('>').unwrap();
            let found = strip(kind, &format!("{before}{secret}{after}"));
            assert_eq!(found.as_deref(), Some(format!("{before}{REDACTED}{after}").as_str()), "{marked}");
        }
    }

    fn passes_over(kind: SecretKind, texts: &[&str]) {
        for text in texts {
            assert_eq!(strip(kind, text), None, "{text}");
        }
    }

    #[test]
    fn e_mail_addresses() {
        finds(
            SecretKind::Email,
            &[
                "Inbox - <anna.b+x@mail.example.org> - Thunderbird",
                "邮件<user@example.com>的回复",
                "https://example.org/u/<anna%40example.org>/edit",
                "<jürgen@müller.de>",
            ],
        );
        passes_over(
            SecretKind::Email,
            &["anna@laptop: ~/src", "@scope/package@1.2.3", "icon@2x.png", "a @ b.c", "5 @ 3.50"],
        );
    }

    #[test]
    fn bank_accounts() {
        finds(
            SecretKind::Iban,
            &[
                "to <DE89370400440532013000> today",
                "<DE89 3704 0044 0532 0130 00> BIC COBADEFF",
                "账户<GB82WEST12345698765432>",
                "REF AB12 <FR1420041010050500013M02606>",
            ],
        );
        passes_over(
            SecretKind::Iban,
            &[
                "DE89370400440532013001",
                "GB82 WEST 1234 5698 7654 33",
                "ISO 9001 AB12 CDEF",
                "de89370400440532013000",
            ],
        );
    }

    #[test]
    fn payment_cards() {
        finds(
            SecretKind::PaymentCard,
            &[
                "card <4111 1111 1111 1111> ok",
                "<5555-5555-5555-4444>",
                "<378282246310005>",
                "<6304000000000000000>",
                "order 17 <4111111111111111> 12",
                "卡<4222222222222>号",
            ],
        );
        passes_over(
            SecretKind::PaymentCard,
            &[
                "4111 1111 1111 1112",
                "1700000000000",
                "9783161484100",
                "41111111111111111111111111",
                "2024-01-01 10:20:30",
                "4111-1111-1111",
            ],
        );
    }

    #[test]
    fn tokens() {
        finds(
            SecretKind::Jwt,
            &["Bearer <eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P> x"],
        );
        passes_over(SecretKind::Jwt, &["eyJ.hello.world", "eyJhbGciOiJIUzI1NiJ9 alone", "key.json.gz"]);
    }

    /// Put together here, so that no file of ours looks as if it leaked a key.
    fn key(prefix: &str, length: usize) -> String {
        format!("<{prefix}{}>", "a1B2c3D4e5F6g7H8".repeat(5).split_at(length).0)
    }

    #[test]
    fn keys_by_prefix() {
        let upper = "<AKIA".to_owned() + "ABCDEFGH12345678>";
        let keys = [
            key("sk-", 48),
            key("sk-ant-api03-", 60),
            key("sk_live_", 24),
            key("ghp_", 36),
            key("gho_", 36),
            key("github_pat_", 30),
            key("glpat-", 20),
            key("xoxb-", 20),
            key("AIza", 35),
            key("ya29.", 40),
            key("npm_", 36),
            key("pypi-", 60),
            key("hf_", 34),
            key("SG.", 22).replace('>', ".a1B2c3D4e5F6g7H8a1B2>"),
            key("123456789:AA", 33),
            upper,
        ];
        for key in &keys {
            finds(SecretKind::Key, &[key, &format!("密钥{key} - vim"), &format!("export X={key}\"")]);
        }
        finds(SecretKind::Key, &[&format!("<dop_v1_{}>", "0123456789abcdef".repeat(4))]);
        finds(SecretKind::Key, &[&format!("<AGE-SECRET-KEY-1{}>", "ABCDE12345".repeat(5))]);
    }

    #[test]
    fn words_like_keys() {
        passes_over(
            SecretKind::Key,
            &[
                "task-list-for-the-whole-week-of-2024",
                "sk-learn-tutorial-for-the-absolute-beginner-2024",
                "ghp_short",
                "AKIAshort and AKIABCDEFGH12345678TOOLONG",
                "npm_config_registry",
                "SG.com",
                "glpat-",
                "xoxo-hugs",
            ],
        );
    }

    #[test]
    fn private_keys_go_to_their_end() {
        let kind = SecretKind::PrivateKey;
        let pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
        finds(kind, &[&format!("a <{pem}> b"), "cut <-----BEGIN OPENSSH PRIVATE KEY----- b3BlbnNzaC1r>"]);
        passes_over(
            kind,
            &["-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----", "BEGIN PRIVATE KEY"],
        );
    }

    #[test]
    fn several_in_one_text() {
        let all = Secrets::new(&SecretKind::ALL.into_iter().collect());
        assert_eq!(
            all.strip("a@b.de, c@d.de and 4111111111111111").unwrap(),
            "[redacted], [redacted] and [redacted]"
        );
    }
}
