"""How fast does PyTorch train the very same network? Prints steps a second as JSON.

The forward pass, loss, clipping and AdamW step are those of crates/attnd-model/src/network; so are the sizes,
the batch, the augmentation and the dropout of crates/attnd-model/benches/network.rs.

    python3 torch_network.py [threads]
"""

import json
import math
import sys
import time

import torch
import torch.nn.functional as F

KERNEL = 3
ABSENT = -20.0


class Architecture:
    """Sizes; the order and shapes of arrays are those of the Rust plan. Matrices are [in, out]."""

    def __init__(self, inputs, moments, width, hidden, blocks, environment, thresholds):
        self.inputs, self.moments, self.width, self.hidden = inputs, moments, width, hidden
        self.blocks, self.environment, self.thresholds = blocks, environment, thresholds

    def plan(self):
        width, hidden = self.width, self.hidden
        plan = [("stem", (self.inputs, width)), ("stem_bias", (width,))]
        for block in range(self.blocks):
            plan += [
                (f"block{block}_gain", (width,)),
                (f"block{block}_past", (KERNEL * width, hidden)),
                (f"block{block}_past_bias", (hidden,)),
                (f"block{block}_mix", (hidden, width)),
                (f"block{block}_mix_bias", (width,)),
            ]
        return plan + [
            ("gain", (width,)),
            ("query", (width, width)),
            ("key", (width, width)),
            ("environment", (self.environment, width)),
            ("environment_bias", (width,)),
            ("sharpness", (2,)),
            ("share", (1,)),
            ("vote", (width, 1)),
            ("wide", (self.environment, 1)),
            ("thresholds_bias", (self.thresholds,)),
        ]


def norm(values, gain):
    return values / torch.sqrt(values.square().mean(-1, keepdim=True) + 1e-5) * gain


def convolve(moments, matrix, bias, dilation):
    """PyTorch's own causal convolution: the fastest way it has."""
    width, hidden = moments.shape[2], matrix.shape[1]
    kernel = matrix.view(KERNEL, width, hidden).permute(2, 1, 0)
    padded = F.pad(moments.transpose(1, 2), ((KERNEL - 1) * dilation, 0))
    return F.conv1d(padded, kernel, bias, dilation=dilation).transpose(1, 2)


def unfold(moments, matrix, bias, dilation):
    """The same as one matrix product."""
    count = moments.shape[1]
    padded = F.pad(moments, (0, 0, (KERNEL - 1) * dilation, 0))
    seen = torch.cat([padded[:, step * dilation : step * dilation + count] for step in range(KERNEL)], 2)
    return seen @ matrix + bias


def forward(w, architecture, moments, absent, environment, dropout=None, causal=unfold):
    kept = moments @ w["stem"] + w["stem_bias"]
    for block in range(architecture.blocks):
        name = f"block{block}_"
        found = causal(norm(kept, w[name + "gain"]), w[name + "past"], w[name + "past_bias"], 1 << block)
        found = F.relu(found)
        if dropout is not None:
            found = found * dropout[block]
        kept = kept + found @ w[name + "mix"] + w[name + "mix_bias"]
    z = norm(kept, w["gain"])
    votes = (z @ w["vote"]).squeeze(2)
    sharpness = w["sharpness"].exp() / math.sqrt(architecture.width)
    keys = (z @ w["key"]).transpose(1, 2)
    surroundings = torch.tanh(environment @ w["environment"] + w["environment_bias"]).unsqueeze(1)
    to_itself = (z @ w["query"] * sharpness[0]) @ keys + absent
    to_environment = (surroundings * sharpness[1]) @ keys
    alone = torch.softmax(to_itself, 2).mean(1)
    within = torch.softmax(to_itself + to_environment, 2).mean(1)
    share = torch.sigmoid(w["share"])
    attention = share * alone + (1 - share) * within
    score = (attention * votes).sum(1, keepdim=True) + environment @ w["wide"]
    return score + w["thresholds_bias"], attention


def loss_of(logits, reached, importance):
    each = F.binary_cross_entropy_with_logits(logits, reached, reduction="none")
    return (each * importance).sum() / logits.shape[0]


def optimiser(weights, rate, decay):
    matrices = [value for value in weights.values() if value.dim() == 2]
    others = [value for value in weights.values() if value.dim() != 2]
    groups = [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate)


def augmented(signals, generator):
    """Scaling, jitter, masked channels and a masked span; then value and whether measured, moment by moment."""
    size, channels, steps = signals.shape
    draw = lambda *shape: torch.rand(*shape, generator=generator)
    factor = torch.exp(0.1 * torch.randn(size, channels, 1, generator=generator))
    signals = signals * factor + 0.1 * math.sqrt(3) * (2 * draw(size, channels, steps) - 1)
    measured = (draw(size, channels, 1) >= 0.1).expand(size, channels, steps)
    length = (draw(size, 1, 1) * (0.2 * steps + 1)).floor()
    start = (draw(size, 1, 1) * (steps - length + 1)).floor()
    at = torch.arange(steps).view(1, 1, steps)
    measured = (measured & ~((at >= start) & (at < start + length))).float()
    return torch.stack([signals * measured, measured], 3).transpose(1, 2), measured.sum(1)


def measure(threads, causal, seconds):
    torch.set_num_threads(threads)
    generator = torch.Generator().manual_seed(1)
    channels, steps, patch, batch, examples = 4, 128, 4, 64, 1280
    moments = steps // patch
    architecture = Architecture(patch * channels * 2, moments, 32, 64, 4, 8 + channels, 1)
    weights = {
        name: (torch.randn(shape, generator=generator) * 0.1).requires_grad_()
        for name, shape in architecture.plan()
    }
    signals = torch.rand(examples, channels, steps, generator=generator) * 2 - 1
    environment = torch.rand(examples, 12, generator=generator)
    reached = (torch.arange(examples) % 3 >= 1).float().unsqueeze(1)
    importance = torch.ones(1, 1)
    adam = optimiser(weights, 2e-3, 0.05)
    times = []
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        start, processor = time.perf_counter(), time.process_time()
        order = torch.randperm(examples, generator=generator)
        for indices in order.split(batch):
            inputs, present = augmented(signals[indices], generator)
            inputs = inputs.reshape(batch, moments, -1)
            absent = torch.where(present.view(batch, moments, patch).sum(2) > 0, 0.0, ABSENT).unsqueeze(1)
            dropout = (torch.rand(4, batch, 1, 64, generator=generator) >= 0.1).float() / 0.9
            logits, _ = forward(weights, architecture, inputs, absent, environment[indices], dropout, causal)
            loss = loss_of(logits, reached[indices], importance)
            adam.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
            adam.step()
            loss.item()
        times.append((time.perf_counter() - start, time.process_time() - processor))
    per_epoch = -(-examples // batch)
    return [per_epoch / sorted(column)[len(column) // 2] for column in zip(*times[1:])]


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    rates = {causal.__name__: measure(threads, causal, 6.0) for causal in (unfold, convolve)}
    fastest = max(rates, key=lambda name: rates[name][0])
    print(json.dumps({
        "steps_per_s": rates[fastest][0],
        "steps_per_processor_s": rates[fastest][1],
        "convolution": fastest,
        "all": {name: rate[0] for name, rate in rates.items()},
        "threads": threads,
        "torch": torch.__version__,
    }))


if __name__ == "__main__":
    main()
