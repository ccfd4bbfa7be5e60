//! Do vectors come out as the encoders' makers compute them, and is every unusable directory told apart?
//!
//! The encoders and the vectors are made by `tests/parity/sentence.py` with transformers and model2vec.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Recorded {
    texts: Vec<String>,
    vectors: BTreeMap<String, Vec<Vec<f32>>>,
}

fn recorded() -> Recorded {
    serde_json::from_str(include_str!("../../tests/parity/sentence/vectors.json")).unwrap()
}

fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/sentence").join(kind)
}

fn encoded(encoder: &SentenceEncoder, texts: &[&str]) -> Vec<f32> {
    let mut done = 0;
    let vectors = encoder.encode(texts, &mut |more| done += more).unwrap();
    assert_eq!((done, vectors.len()), (texts.len(), texts.len() * encoder.dimensions()));
    vectors
}

#[test]
fn vectors_are_those_of_transformers_and_model2vec() {
    let Recorded { texts, vectors } = recorded();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert_eq!(vectors.len(), 4);
    for (kind, expected) in vectors {
        let encoder = SentenceEncoder::open(&folder(&kind)).unwrap();
        let found = encoded(&encoder, &texts);
        assert_eq!(encoder.dimensions(), expected[0].len());
        for (at, (found, expected)) in found.chunks(encoder.dimensions()).zip(&expected).enumerate() {
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-4, "{kind}, text {at}: {found} instead of {expected}");
            }
        }
    }
}

#[test]
fn a_text_has_its_vector_whatever_stands_beside_it() {
    let texts = recorded().texts;
    for kind in ["bert", "static"] {
        let encoder = SentenceEncoder::open(&folder(kind)).unwrap();
        let many: Vec<&str> = texts.iter().map(String::as_str).cycle().take(400).collect();
        let all = encoded(&encoder, &many);
        for (at, text) in texts.iter().enumerate() {
            let alone = encoded(&encoder, &[text]);
            let beside = &all[(392 + at) * encoder.dimensions()..][..encoder.dimensions()];
            assert!(
                alone.iter().zip(beside).all(|(one, other)| (one - other).abs() < 1e-5),
                "{kind}: {text}"
            );
        }
        assert!(encoded(&encoder, &[]).is_empty());
        assert_eq!(encoded(&encoder, &["storm ".repeat(1 << 18).as_str()]).len(), encoder.dimensions());
    }
}

/// A copy of a recorded encoder, with one file changed; none takes the file away.
fn changed(kind: &str, file: &str, change: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join("1_Pooling")).unwrap();
    for name in [CONFIG, TOKENIZER, ARRAYS, POOLING] {
        let content = fs::read(folder(kind).join(name)).ok();
        let content = if name == file { change(content.unwrap_or_default()) } else { content };
        if let Some(content) = content {
            fs::write(copy.path().join(name), content).unwrap();
        }
    }
    if file == MODULES {
        fs::write(copy.path().join(MODULES), change(Vec::new()).unwrap()).unwrap();
    }
    copy
}

fn fault(kind: &str, file: &str, change: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> String {
    SentenceEncoder::open(changed(kind, file, change).path()).unwrap_err().to_string()
}

fn swapped(from: &str, to: &str) -> impl Fn(Vec<u8>) -> Option<Vec<u8>> {
    move |content| {
        let text = String::from_utf8(content).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        Some(text.replace(from, to).into_bytes())
    }
}

/// The arrays with one renamed, as another kind of numbers, or with other numbers.
fn arrays(content: &[u8], change: impl Fn(&str, &mut String, &mut Dtype, &mut Vec<u8>)) -> Option<Vec<u8>> {
    let tensors = SafeTensors::deserialize(content).unwrap();
    let parts: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = tensors
        .tensors()
        .into_iter()
        .map(|(name, tensor)| {
            let (mut new, mut kind, mut data) = (name.clone(), tensor.dtype(), tensor.data().to_vec());
            change(&name, &mut new, &mut kind, &mut data);
            (new, kind, tensor.shape().to_vec(), data)
        })
        .collect();
    let views = parts
        .iter()
        .map(|(name, kind, shape, data)| (name, TensorView::new(*kind, shape.clone(), data).unwrap()));
    Some(serialize(views, None).unwrap())
}

#[test]
fn every_fault_of_a_directory_is_named() {
    let key = "encoder.layer.1.attention.self.key.bias";
    let renamed = |content: Vec<u8>| {
        arrays(&content, |name, new, _, _| {
            if name == key {
                new.push('2');
            }
        })
    };
    let whole = |content: Vec<u8>| {
        arrays(&content, |name, _, kind, _| {
            if name == key {
                *kind = Dtype::I32;
            }
        })
    };
    let astray = |content: Vec<u8>| {
        arrays(&content, |name, _, _, data| {
            if name == key {
                data[..4].copy_from_slice(&f32::NAN.to_le_bytes());
            }
        })
    };
    let nothing = |_: Vec<u8>| None;
    let wanted = [
        (fault("bert", CONFIG, nothing), "there is no config.json"),
        (fault("bert", TOKENIZER, nothing), "there is no tokenizer.json"),
        (fault("bert", ARRAYS, nothing), "there is no model.safetensors"),
        (fault("bert", CONFIG, |_| Some(b"{".to_vec())), "config.json cannot be used"),
        (fault("bert", CONFIG, swapped("\"bert\"", "\"t5\"")), "model_type 't5', which is not known"),
        (fault("bert", CONFIG, swapped("\"gelu\"", "\"mish\"")), "the activation 'mish' is not known"),
        (fault("bert", CONFIG, swapped("\"hidden_size\": 16", "\"hidden_size\": 18")), "18"),
        (
            fault("bert", CONFIG, swapped("\"num_attention_heads\": 4", "\"num_attention_heads\": 5")),
            "5 heads",
        ),
        (
            fault("bert", CONFIG, swapped("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3")),
            "encoder.layer.2",
        ),
        (fault("bert", CONFIG, swapped("hidden_size", "hidden_sighs")), "it has no hidden_size"),
        (fault("bert", CONFIG, swapped("embeddings\": 16", "embeddings\": 17")), "position_embeddings"),
        (fault("bert", ARRAYS, renamed), "no array 'encoder.layer.1.attention.self.key.bias'"),
        (fault("bert", ARRAYS, whole), "holds I32"),
        (fault("bert", ARRAYS, astray), "holds what is no number"),
        (fault("bert", ARRAYS, |content| Some(content[..9000].to_vec())), "no whole safetensors file"),
        (fault("bert", TOKENIZER, |_| Some(b"{}".to_vec())), "tokenizer.json cannot be used"),
        (
            fault("distilbert", POOLING, |_| Some(br#"{"pooling_mode": "lasttoken"}"#.to_vec())),
            "pooling by lasttoken is not known",
        ),
        (
            fault("bert", MODULES, |_| Some(br#"[{"type": "sentence_transformers.models.Dense"}]"#.to_vec())),
            "models.Dense' is not known",
        ),
    ];
    for (told, part) in wanted {
        assert!(told.contains(part), "'{told}' does not say '{part}'");
    }
}

#[test]
fn a_strange_tokenizer_is_refused_and_another_file_is_another_encoder() {
    let strange = changed("static", TOKENIZER, |_| fs::read(folder("xlm-roberta").join(TOKENIZER)).ok());
    let short = changed("static", ARRAYS, |content| {
        arrays(&content, |name, new, _, _| {
            if name == "mapping" || name == "weights" {
                new.push('2');
            }
        })
    });
    let error = SentenceEncoder::open(short.path()).unwrap().encode(&["thirteen storms"], &mut |_| {});
    assert!(matches!(error, Err(SentenceError::Token { rows: 30, .. })), "{error:?}");
    let digest = |folder: &Path| SentenceEncoder::open(folder).unwrap().digest().to_owned();
    let own = digest(&folder("static"));
    assert_eq!((own.len(), &own), (64, &digest(changed("static", POOLING, |_| None).path())));
    assert_ne!(own, digest(strange.path()));
    assert_ne!(own, digest(short.path()));
}
