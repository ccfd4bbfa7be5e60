//! How does a problem look to a person? In the same frame as every page.

use askama::Template;
use attnd_core::{ErrorCode, Problem};

use crate::page::shell::Shell;
use crate::page::text::ProblemText;
use crate::page::visitor::Visitor;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    shell: Shell<'a>,
    text: ProblemText,
    headline: String,
    why: String,
    detail: &'a str,
    command: Option<&'static str>,
    code: &'static str,
}

/// The page that tells `problem`: what happened, why, what to do.
///
/// # Errors
/// As every template, when it cannot be written.
pub(crate) fn html(problem: &Problem, visitor: &Visitor) -> askama::Result<String> {
    let text = ProblemText(visitor.language());
    let info = problem.code.info();
    let (title, headline, why, command) = match problem.code {
        ErrorCode::Unauthorized => {
            (text.sign_in_title(), text.sign_in_headline(), text.sign_in_why(), Some("attnd open"))
        }
        ErrorCode::NotFound => (text.missing_title(), text.missing_headline(), text.missing_why(), None),
        _ => {
            let words = |words| visitor.language().words(words).to_owned();
            (text.other_title(), words(info.message), words(info.todo), None)
        }
    };
    let shell = Shell { visitor, title, address: String::new(), place: None };
    let detail = match problem.code {
        ErrorCode::Unauthorized | ErrorCode::NotFound => "",
        _ => &problem.detail,
    };
    ProblemPage { shell, text, headline, why, detail, command, code: info.code }.render()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;

    fn shown(code: ErrorCode, query: &str) -> String {
        html(&Problem::new(code, "the <detail>"), &Visitor::of(&HeaderMap::new(), query)).unwrap()
    }

    #[test]
    fn signing_in_is_one_command() {
        for (query, words) in [("lang=en", "Sign in to see it."), ("lang=zh", "请先登录")] {
            let page = shown(ErrorCode::Unauthorized, query);
            assert!(page.contains(words) && page.contains("<code>attnd open</code>"));
            assert!(!page.contains("detail"), "a stranger learns nothing");
        }
    }

    #[test]
    fn every_problem_says_what_happened_and_what_to_do() {
        for code in ErrorCode::ALL {
            let page = shown(*code, "lang=en");
            assert_eq!(page.matches("<h1>").count(), 1, "{code:?}");
            assert!(page.contains(code.info().code) && !page.contains("<detail>"), "{code:?}");
        }
        assert!(shown(ErrorCode::StorageFull, "").contains("the &#60;detail&#62;"));
    }
}
