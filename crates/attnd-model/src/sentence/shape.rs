//! What kind of encoder is it, how large, and how do tokens become one vector? As `config.json` and its companions say.

use serde::Deserialize;
use serde_json::Value;

use super::{CONFIG, Files, LENGTH, MODULES, POOLING, SentenceError};

/// What is known, for people.
const KNOWN: &str = "bert, roberta, xlm-roberta, camembert, distilbert and model2vec";

/// Tokens of a text at most, whatever the encoder can: what every token is to every other is kept at once, and that grows
/// with the square. Labels are told by the beginning of a text long before.
const MOST_TOKENS: usize = 1024;

/// An encoder's kind and sizes.
#[derive(Debug)]
pub(super) enum Shape {
    /// Every token sees every other.
    Transformer(Box<TransformerShape>),
    /// Tokens have one vector each.
    Static,
}

/// The sizes of a transformer.
#[derive(Clone, Copy, Debug)]
pub(super) struct TransformerShape {
    pub(super) family: Family,
    pub(super) width: usize,
    pub(super) layers: usize,
    pub(super) heads: usize,
    /// Width inside a layer.
    pub(super) hidden: usize,
    /// Rows of the table of positions.
    pub(super) positions: usize,
    /// The row of the first position.
    pub(super) first_position: usize,
    /// Tokens of a text at most, marks counted.
    pub(super) longest: usize,
    pub(super) activation: Activation,
    pub(super) epsilon: f64,
    pub(super) pooling: Pooling,
}

/// Whose names the arrays have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// BERT and RoBERTa.
    Bert,
    /// DistilBERT: other names, no kinds of tokens.
    DistilBert,
}

/// What bends the middle of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activation {
    /// x · Φ(x) (Hendrycks and Gimpel 2016, arXiv:1606.08415).
    Gelu,
    /// The same by its approximation with a hyperbolic tangent.
    GeluTanh,
    Relu,
}

/// How vectors of tokens become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pooling {
    /// The first token's.
    First,
    /// Their mean.
    Mean,
    /// Their greatest number, dimension by dimension.
    Greatest,
}

/// What `config.json` says, under BERT's names or DistilBERT's.
#[derive(Deserialize)]
struct Config {
    model_type: Option<String>,
    #[serde(alias = "dim")]
    hidden_size: Option<usize>,
    #[serde(alias = "n_layers")]
    num_hidden_layers: Option<usize>,
    #[serde(alias = "n_heads")]
    num_attention_heads: Option<usize>,
    #[serde(alias = "hidden_dim")]
    intermediate_size: Option<usize>,
    max_position_embeddings: Option<usize>,
    #[serde(alias = "activation")]
    hidden_act: Option<String>,
    layer_norm_eps: Option<f64>,
    pad_token_id: Option<usize>,
    position_embedding_type: Option<String>,
}

impl Shape {
    pub(super) fn read(files: &Files) -> Result<Self, SentenceError> {
        let config: Config = parse(CONFIG, &files.config)?;
        let kind = config.model_type.clone().unwrap_or_default();
        refuse_modules(files)?;
        let (family, offset) = match kind.as_str() {
            "model2vec" => return Ok(Self::Static),
            "bert" => (Family::Bert, 0),
            // Positions of RoBERTa begin behind the row of its padding.
            "roberta" | "xlm-roberta" | "camembert" => (Family::Bert, config.pad_token_id.unwrap_or(1) + 1),
            "distilbert" => (Family::DistilBert, 0),
            _ => return Err(SentenceError::UnknownKind { found: kind, known: KNOWN.to_owned() }),
        };
        let positions = config.sized(config.max_position_embeddings, "max_position_embeddings")?;
        let longest =
            longest(files)?.unwrap_or(usize::MAX).min(positions.saturating_sub(offset)).min(MOST_TOKENS);
        let shape = TransformerShape {
            family,
            width: config.sized(config.hidden_size, "hidden_size")?,
            layers: config.sized(config.num_hidden_layers, "num_hidden_layers")?,
            heads: config.sized(config.num_attention_heads, "num_attention_heads")?,
            hidden: config.sized(config.intermediate_size, "intermediate_size")?,
            positions,
            first_position: offset,
            longest,
            activation: config.activation()?,
            epsilon: config.layer_norm_eps.unwrap_or(1e-12),
            pooling: pooling(files)?,
        };
        config.refuse(&shape)?;
        Ok(Self::Transformer(Box::new(shape)))
    }
}

impl Config {
    fn sized(&self, size: Option<usize>, name: &str) -> Result<usize, SentenceError> {
        match size {
            None => Err(unusable(CONFIG, format!("it has no {name}"))),
            Some(size @ 1..=0x10_0000) => Ok(size),
            Some(size) => Err(unusable(CONFIG, format!("{name} is {size}"))),
        }
    }

    fn activation(&self) -> Result<Activation, SentenceError> {
        match self.hidden_act.as_deref().unwrap_or("gelu") {
            "gelu" | "gelu_python" => Ok(Activation::Gelu),
            "gelu_new" | "gelu_pytorch_tanh" | "gelu_fast" => Ok(Activation::GeluTanh),
            "relu" => Ok(Activation::Relu),
            other => Err(unusable(CONFIG, format!("the activation '{other}' is not known"))),
        }
    }

    fn refuse(&self, shape: &TransformerShape) -> Result<(), SentenceError> {
        if !shape.width.is_multiple_of(shape.heads) {
            let reason = format!("{} numbers cannot be dealt to {} heads", shape.width, shape.heads);
            return Err(unusable(CONFIG, reason));
        }
        if shape.longest < 3 {
            return Err(unusable(CONFIG, format!("texts of {} tokens hold no word", shape.longest)));
        }
        match self.position_embedding_type.as_deref() {
            None | Some("absolute") => Ok(()),
            Some(other) => Err(unusable(CONFIG, format!("positions of kind '{other}' are not known"))),
        }
    }
}

/// How `1_Pooling/config.json` wants tokens pooled; their mean where there is no such file.
fn pooling(files: &Files) -> Result<Pooling, SentenceError> {
    let Some(bytes) = &files.pooling else {
        return Ok(Pooling::Mean);
    };
    let settings: Value = parse(POOLING, bytes)?;
    let unknown = |reason: String| unusable(POOLING, reason);
    let mut modes: Vec<&str> = settings["pooling_mode"].as_str().into_iter().collect();
    for (name, value) in settings.as_object().into_iter().flatten() {
        modes.extend(name.strip_prefix("pooling_mode_").filter(|_| value == true));
    }
    match *modes.as_slice() {
        ["cls" | "cls_token"] => Ok(Pooling::First),
        ["mean" | "mean_tokens"] => Ok(Pooling::Mean),
        ["max" | "max_tokens"] => Ok(Pooling::Greatest),
        [] => Err(unknown("it names no way of pooling".to_owned())),
        _ => Err(unknown(format!("pooling by {} is not known; cls, mean or max is", modes.join(" and ")))),
    }
}

/// `modules.json` lists what follows the transformer; a layer that is left out would give other vectors.
fn refuse_modules(files: &Files) -> Result<(), SentenceError> {
    let Some(bytes) = &files.modules else {
        return Ok(());
    };
    let modules: Value = parse(MODULES, bytes)?;
    for module in modules.as_array().into_iter().flatten() {
        let kind = module["type"].as_str().unwrap_or_default();
        let name = kind.rsplit('.').next().unwrap_or_default();
        if !["Transformer", "Pooling", "Normalize", "StaticEmbedding"].contains(&name) {
            return Err(unusable(MODULES, format!("the module '{kind}' is not known")));
        }
    }
    Ok(())
}

/// The length `sentence_bert_config.json` was trained to.
fn longest(files: &Files) -> Result<Option<usize>, SentenceError> {
    let Some(bytes) = &files.length else {
        return Ok(None);
    };
    let settings: Value = parse(LENGTH, bytes)?;
    Ok(settings["max_seq_length"].as_u64().and_then(|length| usize::try_from(length).ok()))
}

fn parse<'a, T: Deserialize<'a>>(name: &'static str, bytes: &'a [u8]) -> Result<T, SentenceError> {
    serde_json::from_slice(bytes).map_err(|error| unusable(name, error.to_string()))
}

fn unusable(name: &'static str, reason: String) -> SentenceError {
    SentenceError::Settings { name, reason }
}
