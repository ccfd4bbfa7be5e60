//! How well do the answers agree, and how good is the consensus? One measure a file.
//!
//! | question | file |
//! |---|---|
//! | do they agree more than by chance? | [`alpha`], [`kappa`] |
//! | how much do they agree with the consensus, and how torn are they? | [`agreement`] |
//! | how often is the consensus right? | [`accuracy`] |
//! | may its confidence be believed? | [`calibration`] |
//! | who mistakes what for what? | [`confusion`] |

pub mod accuracy;
pub mod agreement;
pub mod alpha;
pub mod calibration;
pub mod confusion;
pub mod kappa;

pub use accuracy::{LabelScore, accuracy, label_scores, macro_f1, minority};
pub use agreement::{
    consistency, mean_agreement, mind_agreement, mind_uncertainty, plurality, unit_uncertainty,
};
pub use alpha::{Scale, krippendorff_alpha, label_values};
pub use calibration::{Reliability, brier, log_loss, reliability};
pub use confusion::{Confusion, Interval, by_mind, pooled, wilson};
pub use kappa::{cohen_kappa, fleiss_kappa};
