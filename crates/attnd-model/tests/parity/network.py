"""Makes network.json: one forward pass and one training step of the network, computed by PyTorch in 64 bits.

    python3 crates/attnd-model/tests/parity/network.py > crates/attnd-model/tests/parity/network.json

Made with torch 2.15.0 and the functions of crates/xtask/peers/torch_network.py, which use PyTorch's autograd, its
binary cross-entropy, clipping and AdamW.
"""

import json
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "xtask" / "peers"))
import torch_network as peer  # noqa: E402

RATE, DECAY, LONGEST = 0.01, 0.1, 0.5


def rounded(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


def main():
    generator = torch.Generator().manual_seed(20)
    architecture = peer.Architecture(4, 5, 6, 8, 2, 3, 2)
    draw = lambda shape: torch.randn(shape, generator=generator, dtype=torch.float32).double()
    weights = {name: (draw(shape) * 0.5).requires_grad_() for name, shape in architecture.plan()}
    start = {name: rounded(value) for name, value in weights.items()}
    moments, environment = draw((3, 5, 4)), draw((3, 3))
    absent = torch.zeros(3, 1, 5, dtype=torch.float64)
    absent[1, 0, :2] = peer.ABSENT
    dropout = [(torch.rand(3, 1, 8, generator=generator) > 0.25).double() / 0.75 for _ in range(2)]
    reached = torch.tensor([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]], dtype=torch.float64)
    importance = torch.tensor([[1.0, 0.25]], dtype=torch.float64)

    logits, attention = peer.forward(weights, architecture, moments, absent, environment)
    trained, _ = peer.forward(weights, architecture, moments, absent, environment, dropout, peer.convolve)
    loss = peer.loss_of(trained, reached, importance)
    adam = peer.optimiser(weights, RATE, DECAY)
    loss.backward()
    gradients = {name: rounded(value.grad) for name, value in weights.items()}
    norm = torch.nn.utils.clip_grad_norm_(weights.values(), LONGEST)
    adam.step()
    json.dump({
        "made_with": f"torch {torch.__version__}",
        "moments": rounded(moments),
        "absent": rounded(absent),
        "environment": rounded(environment),
        "dropout": [rounded(mask) for mask in dropout],
        "reached": rounded(reached),
        "importance": rounded(importance),
        "weights": start,
        "logits": rounded(logits),
        "attention": rounded(attention),
        "loss": loss.item(),
        "norm": norm.item(),
        "gradients": gradients,
        "after": {name: rounded(value) for name, value in weights.items()},
    }, sys.stdout)
    print()


if __name__ == "__main__":
    main()
