//! How are many texts kept as rows of few numbers? Compressed rows of column and value.

/// Rows of a matrix that is almost all zero, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    width: usize,
}

/// One row: columns in rising order and their values.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Which columns are not zero.
    pub columns: &'a [u32],
    /// What they are.
    pub values: &'a [f32],
}

impl Rows {
    /// No row yet, of that many columns.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { starts: vec![0], columns: Vec::new(), values: Vec::new(), width }
    }

    /// Adds a row.
    pub fn push(&mut self, row: Row<'_>) {
        self.columns.extend_from_slice(row.columns);
        self.values.extend_from_slice(row.values);
        self.starts.push(self.columns.len());
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many columns there are.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// One row.
    #[must_use]
    pub fn row(&self, at: usize) -> Row<'_> {
        let range = self.starts[at]..self.starts[at + 1];
        Row { columns: &self.columns[range.clone()], values: &self.values[range] }
    }
}

impl Row<'_> {
    /// The sum of the squares of the values.
    #[must_use]
    pub fn squared_norm(&self) -> f32 {
        self.values.iter().map(|value| value * value).sum()
    }
}
