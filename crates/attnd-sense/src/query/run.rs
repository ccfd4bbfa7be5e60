//! What is the answer? Runs a program over the events of one period.

use std::collections::HashMap;
use std::sync::Arc;

use attnd_core::TimeRange;

use super::arguments::Arguments;
use super::error::{Fault, Position, QueryError, QueryErrorKind};
use super::limits::{Budget, Limits};
use super::source::{BucketInfo, Datasource};
use super::syntax::{Block, Expression, ExpressionKind, Operator, Reading, Statement};
use super::value::Value;

/// The variable that holds the answer.
pub(super) const RETURN: &str = "RETURN";

/// A query that was read and can be run, for one period after the other.
#[derive(Clone, Debug)]
pub struct Program {
    statements: Block,
    end: Position,
}

/// What functions may use.
pub(super) struct Context<'a> {
    pub(super) source: &'a dyn Datasource,
    pub(super) period: TimeRange,
    budget: Budget<'a>,
    buckets: Option<Vec<BucketInfo>>,
}

/// Whether the statements that follow are run.
enum Flow {
    Goes,
    Returned(Value),
}

struct Run<'a> {
    context: Context<'a>,
    variables: HashMap<Arc<str>, Value>,
    /// Weight of all variables, and of values computed but not used yet.
    held: u64,
}

impl Program {
    pub(super) const fn new(statements: Block, end: Position) -> Self {
        Self { statements, end }
    }

    /// Runs the query over `period`. It can ask for the period as `TIMEINTERVAL`
    /// (`start/end`), `STARTTIME` and `ENDTIME`, and for its own `name` as `NAME`.
    ///
    /// # Errors
    /// [`QueryError`] with the place in the text where it happened.
    pub fn run(
        &self,
        source: &dyn Datasource,
        period: TimeRange,
        name: &str,
        limits: Limits<'_>,
    ) -> Result<Value, QueryError> {
        let context = Context { source, period, budget: Budget::new(limits), buckets: None };
        let (start, end) = (period.start(), period.end());
        let given = [
            ("TIMEINTERVAL", format!("{start}/{end}")),
            ("STARTTIME", start.to_string()),
            ("ENDTIME", end.to_string()),
            ("NAME", name.to_owned()),
        ];
        let variables: HashMap<Arc<str>, Value> =
            given.into_iter().map(|(name, text)| (name.into(), Value::Text(text.into()))).collect();
        let held = variables.values().map(Value::weight).sum();
        let mut run = Run { context, variables, held };
        if let Flow::Returned(value) = run.block(&self.statements)? {
            return Ok(value);
        }
        run.variables.remove(RETURN).ok_or_else(|| {
            let message = "the query has no answer: assign it to RETURN, or end with 'return …;'";
            QueryError::new(QueryErrorKind::Parse, message, self.end)
        })
    }
}

impl Context<'_> {
    /// Every bucket, by name.
    pub(super) fn buckets(&mut self) -> Result<&[BucketInfo], Fault> {
        if self.buckets.is_none() {
            let mut buckets = self.source.buckets()?;
            buckets.sort_by(|a, b| a.id.cmp(&b.id));
            self.buckets = Some(buckets);
        }
        Ok(self.buckets.as_deref().unwrap_or_default())
    }

    /// Takes steps from the budget, and asks whether to go on.
    pub(super) fn spend(&mut self, steps: u64) -> Result<(), Fault> {
        self.budget.spend(steps)
    }

    /// Takes the steps of looking at each of one list for each of another.
    pub(super) fn spend_product(&mut self, outer: usize, inner: usize) -> Result<(), Fault> {
        self.spend((outer as u64).saturating_mul(inner as u64))
    }

    /// The most events a list may have.
    pub(super) fn most_events(&self) -> usize {
        self.budget.most_events()
    }
}

impl Run<'_> {
    fn block(&mut self, statements: &[Statement]) -> Result<Flow, QueryError> {
        for statement in statements {
            if let Flow::Returned(value) = self.statement(statement)? {
                return Ok(Flow::Returned(value));
            }
        }
        Ok(Flow::Goes)
    }

    fn statement(&mut self, statement: &Statement) -> Result<Flow, QueryError> {
        match statement {
            Statement::Assign { name, value } => {
                let position = value.position;
                let value = self.evaluate(value)?;
                self.assign(name, value).map_err(|fault| fault.at(position))?;
            }
            Statement::Evaluate(value) => {
                self.evaluate(value)?;
            }
            Statement::Return(value) => return self.evaluate(value).map(Flow::Returned),
            Statement::If { branches, otherwise } => {
                for (condition, block) in branches {
                    if self.evaluate(condition)?.is_true() {
                        return self.block(block);
                    }
                }
                return self.block(otherwise);
            }
        }
        Ok(Flow::Goes)
    }

    fn assign(&mut self, name: &Arc<str>, value: Value) -> Result<(), Fault> {
        self.held = self.held.saturating_add(value.weight());
        if let Some(former) = self.variables.insert(Arc::clone(name), value) {
            self.held = self.held.saturating_sub(former.weight());
        }
        self.context.budget.check_held(self.held)
    }

    fn evaluate(&mut self, expression: &Expression) -> Result<Value, QueryError> {
        let at = expression.position;
        self.context.spend(1).map_err(|fault| fault.at(at))?;
        match &expression.kind {
            ExpressionKind::Null => Ok(Value::Null),
            ExpressionKind::Bool(value) => Ok(Value::Bool(*value)),
            ExpressionKind::Number(number) => Ok(Value::Number(*number)),
            ExpressionKind::Text(text) => Ok(Value::Text(Arc::clone(text))),
            ExpressionKind::List(items) => {
                let items = self.evaluate_all(items)?;
                self.checked(Value::list(items), at)
            }
            ExpressionKind::Dict(entries) => {
                let values = self.evaluate_all(entries.iter().map(|(_, value)| value))?;
                let entries = entries.iter().map(|(key, _)| key.clone()).zip(values).collect();
                self.checked(Value::dict(entries), at)
            }
            ExpressionKind::Variable { name, reading } => {
                self.read(name, *reading).map_err(|fault| fault.at(at))
            }
            ExpressionKind::Call { function, arguments } => {
                let values = self.evaluate_all(arguments)?;
                let read = values.iter().map(Value::weight).fold(0, u64::saturating_add);
                let answer = self.context.spend(read).and_then(|()| {
                    let arguments = Arguments::new(function, values)?;
                    (function.call)(&mut self.context, arguments)
                });
                self.checked(answer, at)
            }
            ExpressionKind::Negated(inner) => match self.evaluate(inner)? {
                Value::Number(number) => Ok(Value::Number(number.negated())),
                other => Err(Fault::interpret(format!("cannot negate {}", other.kind())).at(at)),
            },
            ExpressionKind::Chain { first, rest } => {
                let mut value = self.evaluate(first)?;
                for (operator, operand) in rest {
                    let weight = value.weight();
                    self.held = self.held.saturating_add(weight);
                    let other = self.evaluate(operand)?;
                    self.held = self.held.saturating_sub(weight);
                    let touched = weight.saturating_add(other.weight());
                    let result = self.context.spend(touched).and_then(|()| combine(value, *operator, other));
                    value = self.checked(result, operand.position)?;
                }
                Ok(value)
            }
        }
    }

    /// Evaluates one after the other; those before count as held meanwhile.
    fn evaluate_all<'e>(
        &mut self,
        expressions: impl IntoIterator<Item = &'e Expression>,
    ) -> Result<Vec<Value>, QueryError> {
        let mut values = Vec::new();
        let mut waiting = 0_u64;
        for expression in expressions {
            let value = self.evaluate(expression)?;
            waiting = waiting.saturating_add(value.weight());
            self.held = self.held.saturating_add(value.weight());
            values.push(value);
        }
        self.held = self.held.saturating_sub(waiting);
        Ok(values)
    }

    fn read(&mut self, name: &Arc<str>, reading: Reading) -> Result<Value, Fault> {
        let value = match reading {
            Reading::Again => self.variables.get(name).cloned(),
            Reading::Last => self.variables.remove(name).inspect(|value| {
                self.held = self.held.saturating_sub(value.weight());
            }),
        };
        value.ok_or_else(|| Fault::interpret(format!("the variable '{name}' is not defined")))
    }

    /// The result, if it and what is held already are not too much together.
    fn checked(&self, result: Result<Value, Fault>, at: Position) -> Result<Value, QueryError> {
        let value = result.map_err(|fault| fault.at(at))?;
        let held = self.held.saturating_add(value.weight());
        self.context.budget.check_held(held).map_err(|fault| fault.at(at))?;
        Ok(value)
    }
}

fn combine(value: Value, operator: Operator, other: Value) -> Result<Value, Fault> {
    match (operator, value, other) {
        (Operator::Equal, a, b) => Ok(Value::Bool(a == b)),
        (Operator::Add, a, b) => a.plus(b),
        (_, Value::Number(a), Value::Number(b)) => a.compute(operator, b).map(Value::Number),
        (_, a, b) => {
            Err(Fault::interpret(format!("cannot compute {} {} {}", a.kind(), operator.symbol(), b.kind())))
        }
    }
}
