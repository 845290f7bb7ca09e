"""A float network that is switched between settings at will."""

from collections.abc import Callable

from sim.image_files import Images
from sim.network import Network
from sim.quantize import quantize
from sim.schemes import Scheme
from sim.searching.layer_widths import multiplications, sensitivities
from sim.searching.sensitivities import Probe, Sensitivity

_PROBED = 128  # calibration images on which sensitivities are measured


class Deployment:
    """One stored float network that becomes integers of any setting.

    Parameters
    ----------
    network
        The float network.
    calibration
        Training images, on which ranges and means are measured.
    jobs
        Threads.
    """

    def __init__(self, network: Network, calibration: Images, jobs: int = 1) -> None:
        self.network, self._calibration, self._jobs = network, calibration, jobs
        self._made: dict[Scheme, Network] = {}
        self._sensitivities: dict[Scheme, dict[str, Sensitivity]] = {}
        self.multiplications = multiplications(network)

    def at(self, scheme: Scheme) -> Network:
        """The network under a scheme; made once."""
        if scheme not in self._made:
            self._made[scheme] = quantize(self.network, scheme, self._calibration, self._jobs)
        return self._made[scheme]

    def sensitivities(
        self, scheme: Scheme, advance: Callable[[int], None] | None = None
    ) -> dict[str, Sensitivity]:
        """Losses of widths of single layers on some calibration images; measured once."""
        if scheme not in self._sensitivities:
            probe = Probe(self.network, scheme, self._calibration[:_PROBED], self._jobs)
            found = sensitivities(probe, scheme.kind == "pann", advance)
            self._sensitivities[scheme] = found
        return self._sensitivities[scheme]
