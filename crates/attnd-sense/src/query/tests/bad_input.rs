//! Does everything wrong end in a clear error with its place, and nothing in a crash?

use std::cell::Cell;

use proptest::prelude::*;

use super::*;

fn error(query: &str) -> QueryError {
    let desk =
        Desk::default().with("w", "h", windows(&[(0.0, 1.0, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "")]));
    run(&desk, query).expect_err(query)
}

#[test]
fn syntax_errors_say_where_and_what() {
    for (query, line, column, words) in [
        ("", 1, 1, "the query is empty"),
        (" ;\n; # nothing", 1, 1, "the query is empty"),
        ("RETURN = ", 1, 10, "expected a value, found the end of the query"),
        ("a = 1;\nRETURN = [1, 2", 2, 15, "expected ',' or ']', found the end of the query"),
        ("RETURN = (1;", 1, 12, "expected ')', found ';'"),
        ("RETURN = \"abc", 1, 10, "no closing \""),
        ("RETURN = {a: 1};", 1, 11, "the key of an entry is a string"),
        ("RETURN = {\"a\" 1};", 1, 15, "expected ':', found a number"),
        ("1 = 2;", 1, 1, "only a variable can be assigned to"),
        ("else { }", 1, 1, "'else' without an 'if'"),
        ("if true RETURN = 1;", 1, 9, "expected '{'"),
        ("if true { RETURN = 1;", 1, 22, "expected a value, found the end of the query"),
        ("RETURN = if;", 1, 10, "expected a value, found 'if'"),
        ("RETURN = a $ b;", 1, 12, "'$' has no meaning here"),
        ("RETURN = 1.2.3;", 1, 10, "not a number"),
        ("}", 1, 1, "expected a value, found '}'"),
    ] {
        let error = error(query);
        assert_eq!(error.kind, QueryErrorKind::Parse, "{query}: {error}");
        assert!(error.message.contains(words), "{query}: {error}");
        assert_eq!((error.line, error.column), (line, column), "{query}: {error}");
    }
}

#[test]
fn a_query_without_answer_is_an_error() {
    let error = error("a = 1;\n");
    assert_eq!(error.kind.python_name(), "QueryParseException");
    assert!(error.message.contains("RETURN"));
}

#[test]
fn names_that_do_not_exist_are_errors() {
    let missing = error("a = 1;\nRETURN = a + b;");
    assert_eq!((missing.kind, missing.line, missing.column), (QueryErrorKind::Interpret, 2, 14));
    assert!(missing.message.contains("'b' is not defined"));
    assert!(error("RETURN = a;").message.contains("'a' is not defined"));
    assert!(error("if false { a = 1; } RETURN = a;").message.contains("'a' is not defined"));
    assert!(error("RETURN = f(1);").message.contains("there is no function 'f'"));
}

#[test]
fn wrong_arguments_name_function_argument_and_place() {
    for (query, words) in [
        ("RETURN = flood();", "flood takes 1 argument (events), not 0"),
        (
            "RETURN = find_bucket(\"a\", \"b\", \"c\");",
            "find_bucket takes 1 to 2 arguments (prefix, hostname), not 3",
        ),
        ("RETURN = flood(1);", "flood: argument 1 (events) must be events, not a number"),
        ("RETURN = flood([1]);", "flood: argument 1 (events) must be events, not a list"),
        ("RETURN = query_bucket(w);", "'w' is not defined"),
        ("RETURN = query_bucket([]);", "query_bucket: argument 1 (id) must be a string, not a list"),
        ("RETURN = limit_events([], -1);", "limit_events: argument 2 (count) must be a whole number"),
        (
            "RETURN = limit_events([], \"1\");",
            "limit_events: argument 2 (count) must be a number, not a string",
        ),
        (
            "RETURN = merge_events_by_keys([], [1]);",
            "merge_events_by_keys: argument 2 (keys) must be a list of strings",
        ),
        ("RETURN = filter_keyvals([], \"a\", \"b\");", "filter_keyvals: argument 3 (values) must be a list"),
        ("RETURN = filter_keyvals([], \"a\", [query_bucket(\"w\")]);", "must not have events in it"),
        ("RETURN = filter_keyvals_regex([], \"a\", \"(\");", "filter_keyvals_regex: argument 3 (regex): '('"),
        ("RETURN = categorize([], [[[\"A\"]]]);", "categorize: argument 2 (rules): rule 1 is wrong"),
        (
            "RETURN = categorize([], [[[\"A\"], {\"type\": \"regex\", \"regex\": \"(\"}]]);",
            "the rule of 'A' never matches",
        ),
        ("RETURN = tag([], {});", "tag: argument 2 (rules): the rules are not a list"),
        ("RETURN = contains(1, 2);", "contains: argument 1 (list) must be a list or a dictionary"),
    ] {
        let error = error(query);
        assert!(error.message.contains(words), "{query}: {error}");
    }
}

#[test]
fn what_does_not_go_together_is_an_error() {
    for (query, words) in [
        ("RETURN = 1 + \"a\";", "cannot add a number and a string"),
        ("RETURN = \"a\" - 1;", "cannot compute a string - a number"),
        ("RETURN = [] * 2;", "cannot compute a list * a number"),
        ("RETURN = -\"a\";", "cannot negate a string"),
        ("RETURN = 1 / 0;", "division by zero"),
        ("RETURN = query_bucket(\"w\") + [1];", "cannot add events and a list"),
    ] {
        let error = error(query);
        assert_eq!(error.kind, QueryErrorKind::Interpret);
        assert!(error.message.contains(words), "{query}: {error}");
    }
}

#[test]
fn depth_is_refused_not_overflown() {
    for opening in ["(", "[", "-", "flood(", "{\"a\":", "if 1 {"] {
        let count = MAX_SOURCE_BYTES / opening.len() - 20;
        let error = parse(&format!("RETURN = 1;{}", opening.repeat(count))).unwrap_err();
        assert!(error.message.contains("within each other"), "{opening}: {error}");
    }
    let error = error(&format!("a = []; {} RETURN = a;", "a = [a];".repeat(1_000)));
    assert!(error.message.contains("nested"), "{error}");
}

#[test]
fn a_long_sum_is_no_deep_one() {
    let sum = format!("RETURN = 1{};", " + 1".repeat(200_000));
    assert_eq!(answer(&Desk::default(), &sum), 200_001);
}

#[test]
fn size_is_refused() {
    let long = parse(&" ".repeat(MAX_SOURCE_BYTES + 1)).unwrap_err();
    assert_eq!(long.kind.code(), ErrorCode::QueryTooExpensive);
    assert!(parse(&"a=1;".repeat(100_000)).unwrap_err().message.contains("statements"));
    let desk = Desk::default().with("w", "h", windows(&[(0.0, 1.0, "a", "")]));
    let limits = Limits { events: 50_000, ..Limits::default() };
    for (first, doubling) in [
        ("[1]", "a = [a, a];"),
        ("[1]", "a = a + a;"),
        ("query_bucket(\"w\")", "a = a + a;"),
        ("query_bucket(\"w\")", "a = concat(a, a);"),
    ] {
        let program = parse(&format!("a = {first}; {} RETURN = a;", doubling.repeat(60))).unwrap();
        let error = program.run(&desk, hour(), "", limits).unwrap_err();
        assert_eq!(error.kind, QueryErrorKind::TooExpensive, "{first} {doubling}");
    }
    let error = error(&format!("a = \"0123456789\"; {} RETURN = a;", "a = a + a;".repeat(60)));
    assert!(error.message.contains("string"), "{error}");
}

#[test]
fn limits_on_events_and_steps_hold() {
    let desk = Desk::default().with("w", "h", windows(&[(0.0, 1.0, "a", ""), (2.0, 1.0, "b", "")]));
    let limited = |query: &str, steps, events| {
        let limits = Limits { steps, events, ..Limits::default() };
        parse(query).unwrap().run(&desk, hour(), "", limits)
    };
    let list = "RETURN = [query_bucket(\"w\"), query_bucket(\"w\"), query_bucket(\"w\")];";
    assert!(limited(list, 1_000, 100).is_ok());
    assert_eq!(limited(list, 1_000, 12).unwrap_err().kind, QueryErrorKind::TooExpensive);
    let flooded = "RETURN = flood(flood(flood(query_bucket(\"w\"))));";
    assert!(limited(flooded, 100, 100).is_ok());
    assert_eq!(limited(flooded, 10, 100).unwrap_err().kind, QueryErrorKind::TooExpensive);
}

#[test]
fn it_stops_when_told_to() {
    let asked = Cell::new(0);
    let cancelled = || {
        asked.set(asked.get() + 1);
        asked.get() > 3
    };
    let limits = Limits { cancelled: Some(&cancelled), ..Limits::default() };
    let error = parse("a = 1; b = 2; c = 3; d = 4; RETURN = a;")
        .unwrap()
        .run(&Desk::default(), hour(), "", limits)
        .unwrap_err();
    assert_eq!(error.kind, QueryErrorKind::Cancelled);
    assert_eq!(asked.get(), 4);
}

#[test]
fn patterns_that_explode_are_errors() {
    for query in [
        r#"RETURN = filter_keyvals_regex(query_bucket("w"), "app", "^(a|a)*\1$");"#,
        r#"RETURN = categorize(query_bucket("w"), [[["A"], {"type": "regex", "regex": "^(a|a)*\1$"}]]);"#,
        r#"RETURN = tag(query_bucket("w"), [["t", {"type": "regex", "regex": "^(a|a)*\1$"}]]);"#,
    ] {
        assert_eq!(error(query).kind, QueryErrorKind::TooExpensive, "{query}");
    }
}

#[test]
fn errors_become_problems_with_their_place() {
    let problem = Problem::from(error("RETURN = ;"));
    assert_eq!(problem.code, ErrorCode::InvalidQuery);
    assert!(problem.detail.ends_with("(line 1, column 10)"), "{}", problem.detail);
}

/// Pieces of programs, to get deeper into the parser than random characters do.
fn piece() -> impl Strategy<Value = String> {
    let words: Vec<&str> = vec![
        "a",
        "b",
        "RETURN",
        "=",
        "==",
        "+",
        "-",
        "*",
        "/",
        "%",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ";",
        "\n",
        "1",
        "2.5",
        "\"w\"",
        "'x'",
        "if",
        "elif",
        "else",
        "return",
        "true",
        "False",
        "None",
        "# c\n",
        "flood",
        "concat",
        "query_bucket",
        "merge_events_by_keys",
        "limit_events",
        "sum_durations",
        "contains",
        "categorize",
        "\\",
        "\"",
    ];
    proptest::collection::vec(proptest::sample::select(words), 0..40).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_a_program_or_an_error(text in any::<String>()) {
        let _ = parse(&text);
    }

    #[test]
    fn any_words_run_or_fail_with_a_place(text in piece()) {
        let desk = Desk::default().with("w", "h", windows(&[(0.0, 1.0, "a", "")]));
        match run(&desk, &text) {
            Ok(value) => prop_assert!(serde_json::to_string(&value).is_ok()),
            Err(error) => prop_assert!(error.line >= 1 && error.column >= 1 && !error.message.is_empty()),
        }
    }
}
