//! How are figures drawn without a script? Pieces of SVG, made of measures, for any page.
//!
//! Places and widths across are in percent, so that a figure is as wide as its page; heights are
//! in pixels. Colours are classes: the style sheet's tokens decide.

pub(crate) mod calibration;
pub(crate) mod dots;
pub(crate) mod hours;
pub(crate) mod learning;
pub(crate) mod likelihood;
pub(crate) mod scale;
pub(crate) mod stack;
pub(crate) mod trend;

use attnd_engine::measure::FlowState;

/// The word for a state in classes, and in data for scripts.
pub(crate) const fn state_code(state: FlowState) -> &'static str {
    match state {
        FlowState::Focus => "focus",
        FlowState::Shallow => "shallow",
        FlowState::Switching => "switching",
        FlowState::Interrupted => "interrupted",
        FlowState::Away => "away",
    }
}
