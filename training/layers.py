"""The transformer's layers as an ONNX graph: weights in bytes, what flows through is made bytes on the way in."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

HEADS = 12
MICROSOFT = "com.microsoft"
TINY = 1e-12
MIDDLE = 128  # bytes without a sign: the processor's way to multiply signed ones overflows without special instructions


def layers_graph(held: Mapping[str, NDArray[Any]]) -> bytes:
    """`held` as `training.encoder` names them: matrices (in, out) in signed bytes with a scale for each output."""
    return Layers(held).graph().SerializeToString()


class Layers:
    """Collects nodes and weights. Every method gives the name of what it made."""

    def __init__(self, held: Mapping[str, NDArray[Any]]) -> None:
        self.held = held
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def graph(self) -> onnx.ModelProto:
        """`hidden` (pieces, width) in, `read` of the same shape out."""
        width = len(self.held["layer0.norm.weight"])
        last, count = "hidden", int(self.held["layers"])
        for number in range(count):
            last = self._layer(last, f"layer{number}")
        self._node("Identity", [last], "read")
        shape = ["pieces", width]
        given, made = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("hidden", "read"))
        graph = helper.make_graph(self.nodes, "layers", [given], [made], self.weights)
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)

    def _layer(self, given: str, at: str) -> str:
        gathered = self._dense(self._attended(given, at), f"{at}.gather")
        met = self._normed(self._node("Add", [given, gathered], f"{at}.met"), f"{at}.norm")
        bent = self._node("FastGelu", [self._dense(met, f"{at}.widen")], f"{at}.bent", MICROSOFT)
        narrowed = self._dense(bent, f"{at}.narrow")
        return self._normed(self._node("Add", [met, narrowed], f"{at}.left"), f"{at}.norm_after")

    def _attended(self, given: str, at: str) -> str:
        mixed, first = self._dense(given, f"{at}.attend"), self._weight(f"{at}.first", np.array([0], np.int64))
        parts = [f"{at}.{name}" for name in ("query", "key", "value")]
        self.nodes.append(helper.make_node("Split", [mixed], parts, axis=1, num_outputs=3))
        batched = [self._node("Unsqueeze", [part, first], f"{part}.batch") for part in parts]
        seen = self._node("MultiHeadAttention", batched, f"{at}.seen", MICROSOFT, num_heads=HEADS)
        return self._node("Squeeze", [seen, first], f"{at}.looked")

    def _dense(self, given: str, name: str) -> str:
        scale = self.held[f"{name}.scale"].astype(np.float32)
        stored = (self.held[name].astype(np.int16) + MIDDLE).astype(np.uint8)
        weights = {"bytes": stored, "scale": scale, "middle": np.full(scale.shape, MIDDLE, np.uint8)}
        parts = [self._weight(f"{name}.{kind}", value) for kind, value in weights.items()]
        bias = self._weight(f"{name}.bias", self.held[f"{name}.bias"].astype(np.float32))
        return self._node("DynamicQuantizeMatMul", [given, *parts, bias], f"{name}.made", MICROSOFT)

    def _normed(self, given: str, name: str) -> str:
        parts = [
            self._weight(f"{name}.{kind}", self.held[f"{name}.{kind}"].astype(np.float32))
            for kind in ("weight", "bias")
        ]
        return self._node("LayerNormalization", [given, *parts], f"{name}.made", axis=-1, epsilon=TINY)

    def _weight(self, name: str, value: NDArray[Any]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _node(self, operator: str, given: list[str], made: str, domain: str = "", **options: Any) -> str:
        self.nodes.append(helper.make_node(operator, given, [made], domain=domain, **options))
        return made
