"""Stochastic gradient descent that goes on where it stopped."""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from sim.datasets import Dataset
from sim.errors import SimError
from sim.files import write_bytes
from sim.image_files import Images
from sim.train.model import TrainableNetwork

_KEEP_EVERY = 50  # iterations
_SHIFT = 4  # pixels by which images are moved


@dataclass(frozen=True, slots=True)
class Descent:
    """How a network is trained.

    Attributes
    ----------
    epochs, batch, seed
        Images of each epoch come in an order of their own, drawn from the seed.
    rate
        At the beginning; it falls to 0 as a cosine.
    momentum, decay
        Of the descent; steps of activations do not decay.
    augmented
        Whether images are mirrored and moved at random.
    bfloat16
        Whether it multiplies quantized integers, see `sim.train.products`.
    sum_bits
        What positive and negative products of a dot product are to fit, each in a sum of its own;
        weights of rows that exceed it are pulled towards 0. None pulls none.
    sum_pull
        How strongly.
    distilled
        Share of the loss that is against the shares of classes that a teacher gives; the rest is
        against the labels.
    steepest
        Norm to which gradients are cut; None cuts none.

    Source of the cut: R. Pascanu, T. Mikolov, Y. Bengio, On the Difficulty of Training Recurrent
    Neural Networks, ICML 2013.
    """

    epochs: int = 1
    batch: int = 128
    seed: int = 1
    rate: float = 0.02
    momentum: float = 0.9
    decay: float = 1e-4
    augmented: bool = True
    bfloat16: bool = False
    sum_bits: int | None = None
    sum_pull: float = 1e-3
    distilled: float = 0.0
    steepest: float | None = None


def train_network(
    model: TrainableNetwork,
    data: Dataset,
    descent: Descent,
    checkpoint: Path | None = None,
    advance: Callable[[int, int, float], None] | None = None,
    teacher: TrainableNetwork | None = None,
) -> None:
    """Train a network in place.

    The same seed gives the same weights, whether training was interrupted or not.

    Parameters
    ----------
    model
        The network.
    data
        Training images.
    descent
        How.
    checkpoint
        Where the state is kept every so often, and taken from if it is there.
    advance
        Told iterations done, of how many, and the loss.
    teacher
        Whose shares of classes are learned too, if `descent` says so.

    Source of distillation: G. Hinton, O. Vinyals, J. Dean, Distilling the Knowledge in a Neural
    Network, 2015.

    Raises
    ------
    SimError
        If the checkpoint cannot be read or is of another training, or the loss is no number.
    """
    each_epoch = len(data) // descent.batch
    total = descent.epochs * each_epoch
    if not total:
        raise SimError(f"{len(data)} images do not fill a batch of {descent.batch}: take fewer")
    model.train()
    model(_tensor(data.images[: descent.batch], None))  # steps of activations begin
    plain = [p for name, p in model.named_parameters() if not name.startswith("activations")]
    learned = [p for name, p in model.named_parameters() if name.startswith("activations")]
    groups: list[dict[str, Any]] = [{"params": plain, "weight_decay": descent.decay}]
    if learned:
        groups.append({"params": learned})
    optimizer = torch.optim.SGD(groups, descent.rate, descent.momentum)
    done = 0 if checkpoint is None else _resumed(checkpoint, model, optimizer, descent)
    while done < total:
        epoch, index = divmod(done, each_epoch)
        order = np.random.Generator(np.random.PCG64([descent.seed, epoch])).permutation(len(data))
        chosen = order[index * descent.batch : (index + 1) * descent.batch]
        random = np.random.Generator(np.random.PCG64([descent.seed, epoch, index]))
        images = _tensor(data.images[chosen], random if descent.augmented else None)
        for group in optimizer.param_groups:
            group["lr"] = descent.rate * 0.5 * (1 + math.cos(math.pi * done / total))
        logits = model(images)
        loss = functional.cross_entropy(logits, torch.tensor(data.labels[chosen]))
        if teacher is not None and descent.distilled:
            with torch.no_grad():
                shares = teacher.eval()(images).softmax(dim=1)
            wanted = functional.cross_entropy(logits, shares)
            loss = (1 - descent.distilled) * loss + descent.distilled * wanted
        if descent.sum_bits is not None:
            loss = loss + descent.sum_pull * model.excess(descent.sum_bits)
        if not math.isfinite(loss.item()):
            raise SimError(f"the loss is no number after {done} iterations: take a lower rate")
        optimizer.zero_grad()
        loss.backward()
        if descent.steepest is not None:
            torch.nn.utils.clip_grad_norm_(model.parameters(), descent.steepest)
        optimizer.step()
        done += 1
        if checkpoint is not None and (done % _KEEP_EVERY == 0 or done == total):
            _keep(checkpoint, model, optimizer, descent, done)
        if advance is not None:
            advance(done, total, loss.item())
    model.eval()


def _tensor(images: Images, random: np.random.Generator | None) -> torch.Tensor:
    """Images (N, H, W, C) or (N, K) with the channels second, mirrored and moved."""
    if images.ndim == 4 and random is not None:
        flips = random.random(len(images)) < 0.5
        images = np.where(flips[:, None, None, None], images[:, :, ::-1], images)
        height, width = images.shape[1:3]
        framed = np.pad(images, ((0, 0), (_SHIFT, _SHIFT), (_SHIFT, _SHIFT), (0, 0)))
        places = random.integers(0, 2 * _SHIFT + 1, (len(images), 2))
        images = np.stack([
            image[y : y + height, x : x + width]
            for image, (y, x) in zip(framed, places.tolist(), strict=True)
        ])  # fmt: skip
    return torch.tensor(images.transpose(0, 3, 1, 2) if images.ndim == 4 else images)


def _keep(
    path: Path, model: TrainableNetwork, optimizer: torch.optim.SGD, descent: Descent, done: int
) -> None:
    buffer = io.BytesIO()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                "descent": str(descent), "done": done}, buffer)  # fmt: skip
    write_bytes(path, buffer.getvalue())


def _resumed(
    path: Path, model: TrainableNetwork, optimizer: torch.optim.SGD, descent: Descent
) -> int:
    """Iterations done before."""
    if not path.is_file():
        return 0
    try:
        state = torch.load(path, weights_only=True)
        if state["descent"] != str(descent):
            raise SimError(f"{path}: of another training: remove it, or give the same options")
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        return int(state["done"])
    except SimError:
        raise
    except Exception as error:  # what PyTorch raises is not documented
        raise SimError(f"{path}: not a checkpoint of this network: {error}") from error
