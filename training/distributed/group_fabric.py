"""A Fabric for a process that others have put into a group: Ray Train, or `local_processes.py`."""

import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins.environments.cluster_environment import ClusterEnvironment
from lightning_fabric.strategies.ddp import DDPStrategy
from torch import distributed


def fabric_in_group(device: torch.device, *, precision: str = "32-true") -> Fabric:
    """Launched, on one device, in the process group of PyTorch that this process is a member of already.

    It starts no processes and opens no connections. Raises RuntimeError in a process without a group.
    """
    if not distributed.is_initialized():
        raise RuntimeError("this process is in no process group")
    threads = torch.get_num_threads()
    strategy = _GroupStrategy(device)
    fabric = Fabric(accelerator=device.type, devices=1, strategy=strategy, precision=precision)  # type: ignore[arg-type]
    fabric.launch()
    torch.set_num_threads(threads)  # launching takes all cores for each process, which then wait for each other
    return fabric


class _Group(ClusterEnvironment):
    """What the process group knows already: nothing is to be set up."""

    creates_processes_externally = True
    main_address, main_port = "", 0  # only whoever opens connections asks for them

    @staticmethod
    def detect() -> bool:
        return distributed.is_initialized()

    def world_size(self) -> int:
        return distributed.get_world_size()

    def set_world_size(self, size: int) -> None:
        """The group's size is what it is, however many devices this process believes to be its own."""

    def global_rank(self) -> int:
        return distributed.get_rank()

    def set_global_rank(self, rank: int) -> None:
        """As above."""

    def local_rank(self) -> int:
        return 0  # of the one device that this process was given

    def node_rank(self) -> int:
        return distributed.get_rank()


class _GroupStrategy(DDPStrategy):
    def __init__(self, device: torch.device) -> None:
        super().__init__(cluster_environment=_Group(), parallel_devices=[device])
        self._device = device

    @property
    def root_device(self) -> torch.device:
        return self._device
