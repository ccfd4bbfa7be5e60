//! What is a query made of, once read?

use std::sync::Arc;

use super::error::Position;
use super::function::Function;
use super::number::Number;

/// Statements between braces, or the whole program.
pub(super) type Block = Vec<Statement>;

#[derive(Clone, Debug)]
pub(super) enum Statement {
    /// `name = value`
    Assign { name: Arc<str>, value: Expression },
    /// `value`, for what a function does (`print`).
    Evaluate(Expression),
    /// `if a { } elif b { } else { }`: the branches with a condition, then the one without.
    If { branches: Vec<(Expression, Block)>, otherwise: Block },
    /// `return value`
    Return(Expression),
}

#[derive(Clone, Debug)]
pub(super) struct Expression {
    pub(super) kind: ExpressionKind,
    pub(super) position: Position,
}

#[derive(Clone, Debug)]
pub(super) enum ExpressionKind {
    Null,
    Bool(bool),
    Number(Number),
    Text(Arc<str>),
    List(Vec<Expression>),
    Dict(Vec<(String, Expression)>),
    Variable {
        name: Arc<str>,
        reading: Reading,
    },
    Call {
        function: &'static Function,
        arguments: Vec<Expression>,
    },
    Negated(Box<Expression>),
    /// `first + second - third …`: a list, because a million operators nested to the left would
    /// overflow the stack.
    Chain {
        first: Box<Expression>,
        rest: Vec<(Operator, Expression)>,
    },
}

/// Whether a variable is read again afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// It is, or may be: its value is shared.
    Again,
    /// Never: its value can be taken, and changed in place.
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
}

impl Operator {
    pub(super) const fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Equal => "==",
        }
    }
}
