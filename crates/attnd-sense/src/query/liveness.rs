//! Which reading of a variable is its last? There its events can be taken and changed in place,
//! instead of being copied and kept to the end.
//!
//! The statements are walked backwards with the set of variables still to be read. The language
//! has no loops, so one walk is exact.

use std::collections::HashSet;
use std::sync::Arc;

use super::run::RETURN;
use super::syntax::{Expression, ExpressionKind, Reading, Statement};

/// Variables read later on.
type Live = HashSet<Arc<str>>;

/// Marks every reading after which the variable is not read again.
pub(super) fn mark_last_readings(program: &mut [Statement]) {
    let mut live = Live::from([Arc::from(RETURN)]);
    statements(program, &mut live);
}

fn statements(block: &mut [Statement], live: &mut Live) {
    for statement in block.iter_mut().rev() {
        match statement {
            Statement::Assign { name, value } => {
                live.remove(name);
                expression(value, live);
            }
            Statement::Evaluate(value) => expression(value, live),
            Statement::Return(value) => {
                live.clear();
                expression(value, live);
            }
            Statement::If { branches, otherwise } => {
                let after = live.clone();
                statements(otherwise, live);
                // A condition is read before its own branch and before all that follow.
                for (condition, block) in branches.iter_mut().rev() {
                    let mut inside = after.clone();
                    statements(block, &mut inside);
                    live.extend(inside);
                    expression(condition, live);
                }
            }
        }
    }
}

fn expression(read: &mut Expression, live: &mut Live) {
    match &mut read.kind {
        ExpressionKind::Null
        | ExpressionKind::Bool(_)
        | ExpressionKind::Number(_)
        | ExpressionKind::Text(_) => {}
        ExpressionKind::Variable { name, reading } => {
            *reading = if live.insert(Arc::clone(name)) { Reading::Last } else { Reading::Again };
        }
        ExpressionKind::List(items) | ExpressionKind::Call { arguments: items, .. } => {
            items.iter_mut().rev().for_each(|item| expression(item, live));
        }
        ExpressionKind::Dict(entries) => {
            entries.iter_mut().rev().for_each(|(_, value)| expression(value, live));
        }
        ExpressionKind::Negated(inner) => expression(inner, live),
        ExpressionKind::Chain { first, rest } => {
            rest.iter_mut().rev().for_each(|(_, operand)| expression(operand, live));
            expression(first, live);
        }
    }
}
