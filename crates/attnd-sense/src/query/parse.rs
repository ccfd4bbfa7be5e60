//! What does the query's text mean? A parser by recursive descent whose errors say where.

use std::sync::Arc;

use super::error::{Position, QueryError, QueryErrorKind};
use super::function;
use super::liveness;
use super::run::Program;
use super::syntax::{Block, Expression, ExpressionKind, Operator, Reading, Statement};
use super::token::{Lexer, Token, Word, parse_error};

/// The longest query accepted, in bytes.
pub const MAX_SOURCE_BYTES: usize = 1024 * 1024;

/// Brackets, calls and blocks within each other. Every level takes some stack when read, run and
/// dropped.
const MAX_NESTING: u32 = 64;

/// Statements and branches in one query. Marking last readings takes time that grows with the
/// number of branches times the number of variables.
const MAX_STATEMENTS: u32 = 5_000;

/// Reads a query.
///
/// # Errors
/// [`QueryError`] with the line and column of the first thing that is wrong.
pub fn parse(source: &str) -> Result<Program, QueryError> {
    let start = Position { line: 1, column: 1 };
    if source.len() > MAX_SOURCE_BYTES {
        let message = format!("a query has at most {MAX_SOURCE_BYTES} bytes, this one has {}", source.len());
        return Err(QueryError::new(QueryErrorKind::TooExpensive, message, start));
    }
    let mut lexer = Lexer::new(source);
    let current = lexer.next()?;
    let mut parser = Parser { lexer, current, previous_end: start, nesting: 0, statements: 0 };
    let mut statements = parser.statements(&Word::End)?;
    if statements.is_empty() {
        return Err(parse_error("the query is empty", start));
    }
    liveness::mark_last_readings(&mut statements);
    Ok(Program::new(statements, parser.current.position))
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    current: Token<'a>,
    previous_end: Position,
    nesting: u32,
    statements: u32,
}

impl<'a> Parser<'a> {
    /// Statements up to `end`, which is not consumed.
    fn statements(&mut self, end: &Word<'_>) -> Result<Block, QueryError> {
        let mut statements = Vec::new();
        loop {
            while self.accept(';')? {}
            if self.current.word == *end {
                return Ok(statements);
            }
            let statement = self.statement()?;
            let closed = matches!(statement, Statement::If { .. });
            statements.push(statement);
            let next_line = self.current.position.line > self.previous_end.line;
            if !closed && !next_line && self.current.word != *end && self.current.word != Word::Symbol(';') {
                return Err(self.unexpected("';' after the statement"));
            }
        }
    }

    fn statement(&mut self) -> Result<Statement, QueryError> {
        self.count_statement()?;
        match self.current.word {
            Word::Name("if") => self.nested(Self::conditional),
            Word::Name("return") => {
                self.advance()?;
                Ok(Statement::Return(self.expression()?))
            }
            Word::Name(word @ ("elif" | "else")) => {
                Err(parse_error(format!("'{word}' without an 'if' before it"), self.current.position))
            }
            _ => {
                let expression = self.expression()?;
                if self.current.word != Word::Symbol('=') {
                    return Ok(Statement::Evaluate(expression));
                }
                let ExpressionKind::Variable { name, .. } = expression.kind else {
                    return Err(parse_error("only a variable can be assigned to", expression.position));
                };
                self.advance()?;
                Ok(Statement::Assign { name, value: self.expression()? })
            }
        }
    }

    fn conditional(&mut self) -> Result<Statement, QueryError> {
        let mut branches = Vec::new();
        while matches!(self.current.word, Word::Name("if" | "elif")) {
            if self.current.word == Word::Name("if") && !branches.is_empty() {
                break;
            }
            self.count_statement()?;
            self.advance()?;
            branches.push((self.expression()?, self.block()?));
        }
        let mut otherwise = Vec::new();
        if self.current.word == Word::Name("else") {
            self.advance()?;
            otherwise = self.block()?;
        }
        Ok(Statement::If { branches, otherwise })
    }

    fn block(&mut self) -> Result<Block, QueryError> {
        self.expect('{')?;
        let statements = self.statements(&Word::Symbol('}'))?;
        self.expect('}')?;
        Ok(statements)
    }

    /// Operands joined by operators, which all bind equally.
    fn expression(&mut self) -> Result<Expression, QueryError> {
        let first = self.nested(Self::operand)?;
        let mut rest = Vec::new();
        while let Some(operator) = self.operator() {
            // On a new line a minus begins no statement either, so it continues this expression.
            self.advance()?;
            rest.push((operator, self.nested(Self::operand)?));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let position = first.position;
        Ok(Expression { kind: ExpressionKind::Chain { first: Box::new(first), rest }, position })
    }

    fn operator(&self) -> Option<Operator> {
        Some(match self.current.word {
            Word::Symbol('+') => Operator::Add,
            Word::Symbol('-') => Operator::Subtract,
            Word::Symbol('*') => Operator::Multiply,
            Word::Symbol('/') => Operator::Divide,
            Word::Symbol('%') => Operator::Remainder,
            Word::Equal => Operator::Equal,
            _ => return None,
        })
    }

    fn operand(&mut self) -> Result<Expression, QueryError> {
        let position = self.current.position;
        let kind = match self.advance()? {
            Word::Number(number) => ExpressionKind::Number(number),
            Word::Text(text) => ExpressionKind::Text(text.into()),
            Word::Name(name) => self.named(name, position)?,
            Word::Symbol('[') => ExpressionKind::List(self.list(']')?),
            Word::Symbol('{') => ExpressionKind::Dict(self.entries()?),
            Word::Symbol('-') => ExpressionKind::Negated(Box::new(self.nested(Self::operand)?)),
            Word::Symbol('(') => {
                let inner = self.expression()?;
                self.expect(')')?;
                inner.kind
            }
            found => {
                return Err(parse_error(format!("expected a value, found {found}"), position));
            }
        };
        Ok(Expression { kind, position })
    }

    fn named(&mut self, name: &str, position: Position) -> Result<ExpressionKind, QueryError> {
        Ok(match name {
            "true" | "True" => ExpressionKind::Bool(true),
            "false" | "False" => ExpressionKind::Bool(false),
            "null" | "None" => ExpressionKind::Null,
            "if" | "elif" | "else" | "return" => {
                return Err(parse_error(format!("expected a value, found '{name}'"), position));
            }
            _ if self.current.word == Word::Symbol('(') => {
                let function = function::named(name).ok_or_else(|| {
                    let message = format!("there is no function '{name}'");
                    QueryError::new(QueryErrorKind::Interpret, message, position)
                })?;
                self.advance()?;
                ExpressionKind::Call { function, arguments: self.list(')')? }
            }
            _ => ExpressionKind::Variable { name: Arc::from(name), reading: Reading::Again },
        })
    }

    /// Expressions between commas up to `close`, which is consumed; a last comma is allowed.
    fn list(&mut self, close: char) -> Result<Vec<Expression>, QueryError> {
        let mut items = Vec::new();
        while !self.accept(close)? {
            items.push(self.expression()?);
            if !self.accept(',')? && self.current.word != Word::Symbol(close) {
                return Err(self.unexpected(&format!("',' or '{close}'")));
            }
        }
        Ok(items)
    }

    /// `"key": value` between commas up to `}`, which is consumed.
    fn entries(&mut self) -> Result<Vec<(String, Expression)>, QueryError> {
        let mut entries = Vec::new();
        while !self.accept('}')? {
            let position = self.current.position;
            let Word::Text(key) = self.advance()? else {
                return Err(parse_error("the key of an entry is a string in quotes", position));
            };
            self.expect(':')?;
            entries.push((key, self.expression()?));
            if !self.accept(',')? && self.current.word != Word::Symbol('}') {
                return Err(self.unexpected("',' or '}'"));
            }
        }
        Ok(entries)
    }

    fn count_statement(&mut self) -> Result<(), QueryError> {
        self.statements += 1;
        if self.statements > MAX_STATEMENTS {
            let message = format!("a query has at most {MAX_STATEMENTS} statements");
            return Err(QueryError::new(QueryErrorKind::TooExpensive, message, self.current.position));
        }
        Ok(())
    }

    /// Reads with `read` one level deeper.
    fn nested<T>(&mut self, read: fn(&mut Self) -> Result<T, QueryError>) -> Result<T, QueryError> {
        if self.nesting == MAX_NESTING {
            let message = format!("more than {MAX_NESTING} brackets and blocks within each other");
            return Err(parse_error(message, self.current.position));
        }
        self.nesting += 1;
        let result = read(self)?;
        self.nesting -= 1;
        Ok(result)
    }

    /// The current word; the next one becomes current.
    fn advance(&mut self) -> Result<Word<'a>, QueryError> {
        self.previous_end = self.lexer.position();
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.current, next).word)
    }

    fn accept(&mut self, symbol: char) -> Result<bool, QueryError> {
        let found = self.current.word == Word::Symbol(symbol);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect(&mut self, symbol: char) -> Result<(), QueryError> {
        if self.accept(symbol)? { Ok(()) } else { Err(self.unexpected(&format!("'{symbol}'"))) }
    }

    fn unexpected(&self, wanted: &str) -> QueryError {
        parse_error(format!("expected {wanted}, found {}", self.current.word), self.current.position)
    }
}
