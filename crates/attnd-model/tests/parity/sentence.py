"""Makes the directory sentence/: four tiny encoders of random weights, and what their makers' programs make of texts.

    python3 crates/attnd-model/tests/parity/sentence.py

Made with torch 2.15.0, transformers 5.23.0, tokenizers 0.23.3, safetensors 0.8.0 and model2vec 0.10.0. Vectors are the
pooled last hidden states, brought to length one.
"""

import json
import pathlib

import numpy
import torch
from model2vec import StaticModel
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoModel, BertConfig, DistilBertConfig, XLMRobertaConfig

FOLDER = pathlib.Path(__file__).resolve().parent / "sentence"
TEXTS = [
    "Pay the invoice before Friday",
    "the storm is near",
    "",
    "请支付账单",
    "Ｗｈｅｒｅ is the Café?",
    "🎉 zebra",
    "one two three four five six seven eight nine ten eleven twelve thirteen",
    "storm",
]


def words_by_pieces(kind):
    """BERT's tokenizer, of words it never saw whole."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    trainer = trainers.WordPieceTrainer(vocab_size=90, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator([text for text in TEXTS if "🎉" not in text], trainer)
    if kind != "static":
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
    return tokenizer


def sentence_pieces():
    """XLM-RoBERTa's tokenizer: stretches of any script, a mark where a word begins."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=90, special_tokens=special, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator([text for text in TEXTS if "🎉" not in text], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def config_of(kind, rows):
    if kind == "bert":
        return BertConfig(
            vocab_size=rows, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24,
            max_position_embeddings=16, initializer_range=0.3,
        )  # fmt: skip
    if kind == "xlm-roberta":
        return XLMRobertaConfig(
            vocab_size=rows, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
            max_position_embeddings=18, type_vocab_size=1, pad_token_id=1, initializer_range=0.3,
            layer_norm_eps=1e-5,
        )  # fmt: skip
    return DistilBertConfig(
        vocab_size=rows, dim=8, n_layers=1, n_heads=2, hidden_dim=12, max_position_embeddings=24,
        activation="gelu_new", initializer_range=0.3,
    )  # fmt: skip


def pooled(states, mode):
    if mode == "cls":
        return states[0]
    return states.mean(0) if mode == "mean" else states.max(0).values


def transformer(kind, mode, length):
    folder = FOLDER / kind
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = sentence_pieces() if kind == "xlm-roberta" else words_by_pieces(kind)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    torch.manual_seed(len(kind))
    model = AutoModel.from_config(config_of(kind, tokenizer.get_vocab_size())).eval()
    for name, values in model.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.normal_(values, std=0.2)
    if kind == "xlm-roberta":
        model = model.half()
    model.save_pretrained(folder)
    model = model.float()
    if mode != "mean":
        name = {"cls": "pooling_mode_cls_token", "max": "pooling_mode_max_tokens"}[mode]
        pooling = {name: True, "pooling_mode_mean_tokens": False}
        (folder / "1_Pooling").mkdir(exist_ok=True)
        (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling) + "\n")
    tokenizer.enable_truncation(length)
    vectors = []
    for text in TEXTS:
        tokens = torch.tensor([tokenizer.encode(text).ids])
        with torch.no_grad():
            states = model(input_ids=tokens, attention_mask=torch.ones_like(tokens)).last_hidden_state[0]
        vectors.append((pooled(states, mode) / pooled(states, mode).norm()).tolist())
    return vectors


def static():
    folder = FOLDER / "static"
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = words_by_pieces("static")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    generator = numpy.random.default_rng(7)
    tokens = tokenizer.get_vocab_size()
    arrays = {
        "embeddings": generator.normal(size=(30, 6)).astype(numpy.float32),
        "mapping": generator.integers(0, 30, tokens),
        "weights": generator.uniform(0.2, 1.0, tokens).astype(numpy.float32),
    }
    save_file(arrays, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({"model_type": "model2vec", "normalize": True}) + "\n")
    return StaticModel.from_pretrained(folder).encode(TEXTS).tolist()


def main():
    vectors = {
        "bert": transformer("bert", "mean", 16),
        "xlm-roberta": transformer("xlm-roberta", "cls", 16),
        "distilbert": transformer("distilbert", "max", 24),
        "static": static(),
    }
    rounded = {
        kind: [[float(f"{value:.7g}") for value in vector] for vector in each] for kind, each in vectors.items()
    }
    document = {"texts": TEXTS, "vectors": rounded}
    (FOLDER / "vectors.json").write_text(json.dumps(document, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
