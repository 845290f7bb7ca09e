"""What decides about a source's networks, as a hash: part of the keys of finished work."""

import hashlib
import json

from sim.kept import code_sha256
from sim.power_models import PowerModels
from sim.sources import Source


def identity(source: Source, models: PowerModels | None = None) -> str:
    """A hash of the network, its images but those of the test, power models and code."""
    content = hashlib.sha256(code_sha256().encode())
    for path in source.files:
        content.update(path.read_bytes())
    for data in (source.calibration_images, source.validation_images):
        content.update(data.images.tobytes())
        content.update(data.labels.tobytes())
    for table in models.tables if models else []:
        content.update(json.dumps(dict(table.row), sort_keys=True).encode())
    for model in models.fitted if models else []:
        content.update(f"{model.unit} {model.library} {model.delay_model}".encode())
        content.update(model.coefficients_fj.tobytes())
    return content.hexdigest()
