"""Random views of pictures: turned, scaled, shifted and mirrored, for a whole batch at once."""

import torch
from torch import Tensor
from torch.nn import functional as F

from training.composing.chance import Chance


def alpha_views(chance: Chance, pool: Tensor, size: int, *, which: Tensor | None = None) -> Tensor:
    """Views of alphas out of a pool: float32, N x 1 x size x size, [0, 1].

    pool: uint8, M x side x side. which: int64, N; drawn by default. Half of them are turned by any angle, the others by
    a little, as things mostly stand upright.
    """
    rows = chance.which(len(pool)) if which is None else which
    side = pool.shape[-1]
    angle = torch.where(chance.happens(0.5), chance.between(-torch.pi, torch.pi), chance.between(-0.35, 0.35))
    zoom = chance.log_between(0.6, 1.7)
    shift = chance.between(-0.5, 0.5), chance.between(-0.5, 0.5)
    planes = pool[rows][:, None].float() / 255
    reach, mirrored = size / side / zoom, chance.happens(0.5)
    return _seen(planes, size=size, reach=reach, angle=angle, shift=shift, mirrored=mirrored)


def photo_views(
    chance: Chance,
    pool: Tensor,
    size: int,
    *,
    which: Tensor | None = None,
    nearest: float | None = None,
    relit: bool = True,
) -> Tensor:
    """Square pieces of photos, relit: float32, N x 3 x size x size, [0, 1].

    pool: uint8, M x 3 x side x side. which: int64, N; drawn by default. nearest: the smallest
    piece's side in sides of the photo; by default, pieces are enlarged by two at most. relit: in another light.
    """
    planes = pool[chance.which(len(pool)) if which is None else which].float() / 255
    smallest = min(1.0, size / pool.shape[-1] / 2) if nearest is None else nearest
    reach = chance.between(smallest, 1.0)
    room = 1 - reach
    shift = chance.between(-1, 1) * room, chance.between(-1, 1) * room
    views = _seen(
        planes, size=size, reach=reach, angle=torch.zeros_like(reach), shift=shift, mirrored=chance.happens(0.5)
    )
    if not relit:
        return views.clamp(0, 1)
    gamma, gain = chance.between(0.7, 1.5), chance.between(0.6, 1.2)
    tint = 1 + 0.06 * chance.normal(3, 1, 1)
    return (views.clamp(1e-4, 1) ** gamma * gain * tint).clamp(0, 1)


def turned(planes: Tensor, angle: Tensor) -> Tensor:
    """The same planes turned about their middle by `angle` (radians, N x 1 x 1 x 1), edges reflected."""
    still = torch.zeros_like(angle)
    return _seen(
        planes, size=planes.shape[-1], reach=torch.ones_like(angle), angle=angle, shift=(still, still), mirrored=None
    )


def bent(planes: Tensor, field: Tensor) -> Tensor:
    """The same planes seen through uneven glass: each pixel taken from `field` (N x 2 x S x S, sides of the picture)
    further right and down, edges reflected."""
    still = torch.eye(2, 3, device=planes.device).expand(len(planes), -1, -1)
    if not len(planes):  # grids of no samples are refused
        return planes
    grid = F.affine_grid(still, [len(planes), 1, *planes.shape[-2:]], align_corners=False)
    moved = grid + 2 * field.permute(0, 2, 3, 1)
    return F.grid_sample(planes, moved, mode="bilinear", padding_mode="reflection", align_corners=False)


def scaled_channels(picture: Tensor, factors: Tensor) -> Tensor:
    """Each channel scaled about the middle by its own factor near 1, as chromatic aberration does: N x C x S x S.

    factors: N x C.
    """
    count, channels, size, _ = picture.shape
    reach = 1 / factors.reshape(-1, 1, 1, 1)
    still = torch.zeros_like(reach)
    planes = picture.reshape(count * channels, 1, size, size)
    return _seen(planes, size=size, reach=reach, angle=still, shift=(still, still), mirrored=None).view_as(picture)


def _seen(
    planes: Tensor, *, size: int, reach: Tensor, angle: Tensor, shift: tuple[Tensor, Tensor], mirrored: Tensor | None
) -> Tensor:
    """Look at a window of `reach` times the picture's side, `shift` half sides beside its middle."""
    if not len(planes):  # grids of no samples are refused
        return planes.new_empty(0, planes.shape[1], size, size)
    cosine, sine = torch.cos(angle).flatten(), torch.sin(angle).flatten()
    sign = torch.ones_like(cosine) if mirrored is None else 1 - 2 * mirrored.flatten().float()
    scale = reach.flatten()
    rows = torch.stack([cosine * scale * sign, -sine * scale, shift[0].flatten()], 1)
    columns = torch.stack([sine * scale * sign, cosine * scale, shift[1].flatten()], 1)
    grid = F.affine_grid(torch.stack([rows, columns], 1), [len(planes), 1, size, size], align_corners=False)
    return F.grid_sample(planes, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
