//! What do the sensors' files and columns measure?

use attnd_core::recording::{Channel, Quantity};

/// The stream a file becomes; `None` for a sensor that is not read.
pub(super) fn stream_of(file: &str) -> Option<&'static str> {
    Some(match file {
        "eye_tracker.csv" => "eyes",
        "mouse.csv" => "mouse",
        "keyboard.csv" => "keyboard",
        "heart_rate.csv" => "heart",
        "gsr.csv" => "skin",
        "facial_skin_temperature.csv" => "face",
        "spo2.csv" => "oxygen",
        "emg.csv" => "muscle",
        "eeg_band_power.csv" => "eeg",
        "eeg_metrics.csv" => "eeg_metrics",
        super::ENVIRONMENT => "environment",
        _ => return None,
    })
}

/// A column as a channel; one the study does not name is kept under its name.
pub(super) fn channel(column: &str) -> Channel {
    let (quantity, unit) = match column {
        "gaze_movement" => (Quantity::GazeMovement, "px"),
        "pupil_diameter" => (Quantity::PupilDiameter, "mm"),
        "mouse_movement" => (Quantity::PointerMovement, "px"),
        "mouse_clicks" => (Quantity::Clicks, "1"),
        "buttons_pressed" => (Quantity::KeyPresses, "1"),
        "heart_rate" => (Quantity::HeartRate, "bpm"),
        // The paper gives no unit; the values are those of a resistance.
        "gsr" => (Quantity::SkinConductance, ""),
        "facial_skin_temperature" => (Quantity::SkinTemperature, "°C"),
        "spo2" => (Quantity::OxygenSaturation, "%"),
        "emg_right_hand" | "emg_left_hand" => (Quantity::MuscleActivity, ""),
        "env_temperature" => (Quantity::Other, "°C"),
        "env_pressure" => (Quantity::Other, "hPa"),
        "altitude" => (Quantity::Other, "m"),
        "env_humidity" => (Quantity::Other, "%"),
        "env_co2" => (Quantity::Other, "ppm"),
        _ if column.contains('/') => (Quantity::BandPower, ""),
        _ => (Quantity::Other, ""),
    };
    Channel { name: column.to_owned(), quantity, unit: unit.to_owned() }
}
