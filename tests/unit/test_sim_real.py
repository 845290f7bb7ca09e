"""Real networks on real images; choices on training images, figures on test images.

The ordinary tests take a part of the images; `nox -s exhaustive` takes all 10,000.
"""

import time
from pathlib import Path

import numpy as np
import pytest

from sim.accuracy import accuracy
from sim.schemes import Scheme
from sim.searching.deployment import Deployment
from sim.searching.settings import pann_scheme, search
from sim.sources import Source

ARCHITECTURE = Path(__file__).parents[2] / "sim" / "data" / "resnet_cifar10.toml"
BUDGET = 10.0  # bit flips an element: those of a 2-bit unsigned MAC
FLOAT_PERCENT = 87.22


@pytest.fixture(scope="module")
def cifar(data: Path) -> Source:
    return Source(
        data / "nets" / "resnet20_cifar10.npz", ARCHITECTURE,
        data=str(data / "datasets" / "cifar10_jpeg"), validation=2000,
    )  # fmt: skip


@pytest.fixture(scope="module")
def some_cifar(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Source:
    """2,500 images of each split, so that few have to be decoded."""
    folder = tmp_path_factory.mktemp("cifar")
    for split in ("train", "test"):
        part = data / "datasets" / "cifar10_jpeg" / split / "part00.zip"
        (folder / split).mkdir()
        (folder / split / part.name).write_bytes(part.read_bytes())
    return Source(data / "nets" / "resnet20_cifar10.npz", ARCHITECTURE, data=str(folder))


@pytest.fixture(scope="module")
def mnist(data: Path) -> Source:
    pytest.importorskip("onnx")
    return Source(
        onnx=data / "nets" / "mnist-conv.onnx", data=str(data / "datasets" / "mnist"),
        validation=20_000,
    )  # fmt: skip


def test_resnet20_is_the_network_that_it_is(some_cifar: Source) -> None:
    """40.55 million multiplications; 8 bits nearly as good as float, 2 bits at chance."""
    some = some_cifar.test.shuffled(3).part(0, 400)
    expected = accuracy(some_cifar.network, some, jobs=2)
    assert expected == pytest.approx(FLOAT_PERCENT, abs=5)
    deployment = Deployment(some_cifar.network, some_cifar.calibration_images.images[:200], jobs=2)
    eight = deployment.at(Scheme("split", 8, 8, bias_correction=True))
    assert sum(eight.macs().values()) == 40_551_040
    assert accuracy(eight, some, jobs=2) > expected - 2
    assert accuracy(deployment.at(Scheme("split", 2, 2)), some, jobs=2) < 30
    assert accuracy(deployment.at(pann_scheme(5, 1.5)), some, jobs=2) > expected - 5


def test_pixels_of_cifar_are_unsigned_and_bordered_by_their_mean(some_cifar: Source) -> None:
    network = some_cifar.quantized(Scheme("split", 8, 8), jobs=2)
    layer = network.weighted["conv1"]
    assert not layer.x_format.signed
    border = np.rint(255 * np.array([0.485, 0.456, 0.406])).astype(int).tolist()
    assert np.asarray(layer.pad_value).tolist() == border  # type: ignore[union-attr]


@pytest.mark.exhaustive
def test_ten_thousand_images_of_cifar_in_two_minutes(cifar: Source) -> None:
    network = cifar.quantized(Scheme("split", 8, 8, bias_correction=True), jobs=2)
    begin = time.monotonic()
    percent = accuracy(network, cifar.test, jobs=2)
    assert time.monotonic() - begin < 120
    assert percent > FLOAT_PERCENT - 0.5
    assert accuracy(cifar.network, cifar.test, jobs=2) == pytest.approx(FLOAT_PERCENT, abs=0.05)


@pytest.mark.exhaustive
def test_pann_at_the_power_of_two_bits_on_cifar(cifar: Source) -> None:
    """Its search within 15 minutes, and 83.5 % of all test images at least."""
    deployment = Deployment(cifar.network, cifar.calibration_images.images, jobs=2)
    begin = time.monotonic()
    best = search(deployment, BUDGET, cifar.validation_images, jobs=2)[0]
    assert time.monotonic() - begin < 900
    assert best.measured_flips <= BUDGET
    assert accuracy(deployment.at(best.scheme), cifar.test, jobs=2) > 83.5


@pytest.mark.exhaustive
def test_pann_at_the_power_of_two_bits_on_mnist(mnist: Source) -> None:
    """At most 0.2 points under float on all test images."""
    deployment = Deployment(mnist.network, mnist.calibration_images.images, jobs=2)
    best = search(deployment, BUDGET, mnist.validation_images, jobs=2)[0]
    expected = accuracy(mnist.network, mnist.test, jobs=2)
    assert accuracy(deployment.at(best.scheme), mnist.test, jobs=2) >= expected - 0.2
