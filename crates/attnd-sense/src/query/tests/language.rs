//! Is the language read and run as both servers have it?

use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn operators_bind_equally_from_the_left() {
    assert_eq!(computed("1 + 2 * 3"), json!(9));
    assert_eq!(computed("1 + (2 * 3)"), json!(7));
    assert_eq!(computed("10 - 2 - 3"), json!(5));
    assert_eq!(computed("7 % 4 == 3"), json!(true));
    assert_eq!(computed("1 == 1.0"), json!(true));
    assert_eq!(computed("3 / 2"), json!(1.5));
    assert_eq!(computed("-3 + 5"), json!(2));
    assert_eq!(computed("--3"), json!(3));
    assert_eq!(computed("5 - -3"), json!(8));
}

#[test]
fn literals_of_both_dialects() {
    assert_eq!(
        computed("[True, true, False, false, None, null]"),
        json!([true, true, false, false, null, null])
    );
    assert_eq!(computed(r#"{"a": 1, 'b': [2, {"c": "d"}], }"#), json!({"a": 1, "b": [2, {"c": "d"}]}));
    assert_eq!(computed(r#""\w\"\d'""#), json!(r#"\w"\d'"#));
    assert_eq!(computed(r"'it\'s'"), json!("it's"));
    assert_eq!(computed("[]"), json!([]));
    assert_eq!(computed("{}"), json!({}));
    assert_eq!(computed("2.50"), json!(2.5));
}

#[test]
fn plus_joins_what_can_be_joined() {
    assert_eq!(computed(r#""a" + 'b'"#), json!("ab"));
    assert_eq!(computed("[1] + [2] + []"), json!([1, 2]));
    let desk = Desk::default().with("w", "h", windows(&[(0.0, 1.0, "a", "")]));
    assert_eq!(
        answer(&desk, r#"e = query_bucket("w"); RETURN = [] + e + e + [];"#).as_array().unwrap().len(),
        2
    );
}

#[test]
fn conditions_choose_one_branch() {
    let choose = |x: &str| {
        computed(&format!(
            "0; x = {x}; if x == 1 {{ RETURN = \"one\"; }} elif x {{ RETURN = \"some\" }} else {{ RETURN = \"none\"; }}"
        ))
    };
    assert_eq!(choose("1"), "one");
    assert_eq!(choose("2"), "some");
    for falsy in ["0", "0.0", "false", "\"\"", "[]", "{}", "null"] {
        assert_eq!(choose(falsy), "none", "{falsy}");
    }
    assert_eq!(
        answer(&Desk::default(), "x = 1; if true { if false { x = 2; } else { x = 3; } } RETURN = x;"),
        3
    );
}

#[test]
fn return_ends_the_query_wherever_it_stands() {
    assert_eq!(answer(&Desk::default(), "return 1; RETURN = 2;"), 1);
    assert_eq!(answer(&Desk::default(), "RETURN = 0; if true { return 1; } RETURN = 2;"), 1);
    assert_eq!(answer(&Desk::default(), "RETURN = 1; RETURN = RETURN + 1;"), 2);
    assert_eq!(answer(&Desk::default(), "return 5"), 5);
}

#[test]
fn statements_end_with_a_semicolon_or_the_line() {
    assert_eq!(
        answer(&Desk::default(), "# sum\na = 1 # one\nb = [1,\n 2];;\nRETURN = b + [a]"),
        json!([1, 2, 1])
    );
    let error = parse("a = 1 b = 2").unwrap_err();
    assert_eq!((error.line, error.column), (1, 7));
    assert!(error.message.contains("';'"), "{error}");
}

#[test]
fn calls_nest_with_lists_in_them() {
    let desk = Desk::default().with("w", "h", windows(&[(0.0, 2.0, "a", ""), (10.0, 3.0, "b", "")]));
    let query = r#"return sum_durations(filter_keyvals(flood(query_bucket("w")), "app", ["a", "b",]));"#;
    assert_eq!(answer(&desk, query), json!(5.0));
}

#[test]
fn the_query_knows_its_period_and_name() {
    assert_eq!(
        computed("[TIMEINTERVAL, STARTTIME, ENDTIME, NAME]"),
        json!([
            "2024-01-01T10:00:00Z/2024-01-01T11:00:00Z",
            "2024-01-01T10:00:00Z",
            "2024-01-01T11:00:00Z",
            "test"
        ])
    );
}

#[test]
fn a_value_read_twice_is_not_changed_by_its_first_reader() {
    let desk = Desk::default().with("w", "h", windows(&[(0.0, 2.0, "a", ""), (3.0, 3.0, "a", "")]));
    let query = r#"
        e = query_bucket("w");
        f = flood(e);
        if sum_durations(f) == 6 { g = sort_by_timestamp(e); } else { g = []; }
        RETURN = [f, g, e, limit_events(e, 1)];
    "#;
    let answer = answer(&desk, query);
    assert_eq!(spans_of(&answer[0]), [(0.0, 6.0)]);
    assert_eq!(spans_of(&answer[1]), [(0.0, 2.0), (3.0, 3.0)]);
    assert_eq!(spans_of(&answer[2]), [(3.0, 3.0), (0.0, 2.0)]);
    assert_eq!(spans_of(&answer[3]), [(3.0, 3.0)]);
}

#[test]
fn a_program_runs_for_many_periods() {
    let desk = Desk::default().with("w", "h", windows(&[(0.0, 2.0, "a", ""), (30.0, 3.0, "a", "")]));
    let program = parse(r#"RETURN = sum_durations(query_bucket("w"));"#).unwrap();
    let sum = |from, to| {
        let period = TimeRange::new(at(from), at(to)).unwrap();
        serde_json::to_value(program.run(&desk, period, "", Limits::default()).unwrap()).unwrap()
    };
    assert_eq!(sum(0.0, 60.0), json!(5.0));
    assert_eq!(sum(1.0, 31.5), json!(2.5));
    assert_eq!(sum(100.0, 200.0), json!(0.0));
}

#[test]
fn events_are_written_as_activitywatch_writes_them() {
    let desk = Desk::default().with("w", "h", windows(&[(0.5, 2.0, "a", "t")]));
    let value = run(&desk, r#"RETURN = {"events": query_bucket("w"), "n": 1};"#).unwrap();
    assert_eq!(
        serde_json::to_string(&value).unwrap(),
        r#"{"events":[{"id":null,"timestamp":"2024-01-01T10:00:00.5Z","duration":2.0,"data":{"app":"a","title":"t"}}],"n":1}"#
    );
}

/// A statement over the variables `a`, `b` and `c`, perhaps with statements in it.
fn statement() -> impl Strategy<Value = String> {
    let name = || proptest::sample::select(vec!["a", "b", "c"]);
    let assign = (name(), name(), name()).prop_map(|(x, y, z)| format!("{x} = {y} + [{z}, {y}];"));
    assign.prop_recursive(3, 24, 4, move |inner| {
        let block = || proptest::collection::vec(inner.clone(), 0..3).prop_map(|block| block.concat());
        let branches = (name(), name(), block(), block(), block());
        prop_oneof![
            branches.prop_map(|(x, y, one, two, three)| {
                format!("if contains({x}, 1) {{ {one} }} elif {y} == {x} {{ {two} }} else {{ {three} }}")
            }),
            inner.clone(),
        ]
    })
}

proptest! {
    /// Variables are taken at their last reading. Reading all of them once more at the end makes
    /// every earlier reading not the last, and must not change the answer.
    #[test]
    fn taking_variables_at_their_last_reading_changes_no_answer(
        statements in proptest::collection::vec(statement(), 0..6),
    ) {
        let body = format!("a = [1]; b = [2]; c = []; {} RETURN = [a, b];", statements.concat());
        let taking = run(&Desk::default(), &body);
        let sharing = run(&Desk::default(), &format!("{body} all = [a, b, c];"));
        prop_assert_eq!(taking, sharing);
    }
}
