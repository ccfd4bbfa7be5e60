//! Which published recordings answer which question? Each study as a data set, one file a study.

pub mod focus_survey;
pub mod judge;
