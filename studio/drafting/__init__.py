"""Drafting: every waiting photo gets a trimap by the drafter and an alpha by the live model."""

from studio.drafting.on_ray.cluster import Cluster, cluster_in
from studio.drafting.waiting import OnImage, draft_is_due, draft_waiting, see_it_end

__all__ = ["Cluster", "OnImage", "cluster_in", "draft_is_due", "draft_waiting", "see_it_end"]
