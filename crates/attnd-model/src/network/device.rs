//! Where is the network trained? On the processor, or on a GPU that is there.

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::estimator::ModelError;

/// Where training runs. Predictions always run on the processor: one moment is less work than the way to a GPU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The processor.
    #[default]
    Processor,
    /// The first NVIDIA GPU; takes a build with the feature `cuda`.
    Gpu,
}

impl Place {
    /// The device, if it is there.
    ///
    /// # Errors
    /// [`ModelError::Device`] for a GPU without the feature, the driver or the card.
    pub fn open(self) -> Result<Device, ModelError> {
        match self {
            Self::Processor => Ok(processor()),
            Self::Gpu => gpu(),
        }
    }
}

/// The processor.
pub(crate) fn processor() -> Device {
    Device::flex()
}

#[cfg(feature = "cuda")]
fn gpu() -> Result<Device, ModelError> {
    use burn::tensor::DeviceType;
    let found = Device::enumerate(DeviceType::Cuda).into_vec().into_iter().next();
    found.ok_or_else(|| ModelError::Device { device: "an NVIDIA GPU with its driver".to_owned() })
}

#[cfg(not(feature = "cuda"))]
fn gpu() -> Result<Device, ModelError> {
    Err(ModelError::Device { device: "support for GPUs (a build with the feature cuda)".to_owned() })
}
