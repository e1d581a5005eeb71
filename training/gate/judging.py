"""From comparisons on held-out images to a verdict, the same way for both kinds of model.

A candidate is better for a project if the deciding error is lower beyond noise on the project's images, no guarding
error is higher beyond noise there, and neither the images of any tag nor the golden ones pay for it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from annotation_store.kinds import ModelKind
from training.gate.bootstrap import PairedBootstrap, PairedSums
from training.gate.limits import ENOUGH_IMAGES, GateLimits
from training.gate.measures import RULES
from training.gate.verdict import Breach, Figures, GateOutcome, ProjectVerdict, Verdict


class Compared(Protocol):
    """One image that both models met; `ImageComparison` and `DraftComparison` are such."""

    @property
    def image_id(self) -> int: ...
    @property
    def project_id(self) -> int: ...
    @property
    def tag(self) -> str: ...
    @property
    def golden(self) -> bool: ...
    @property
    def parts(self) -> PairedSums: ...


def judge(
    comparisons: Collection[Compared],
    limits: GateLimits | None = None,
    *,
    kind: ModelKind = ModelKind.MATTING,
    project_ids: Collection[int] = (),
) -> Verdict:
    """The verdict on the candidate that `comparisons` compare with one live model; their order does not matter.

    A project with fewer than ENOUGH_IMAGES held-out images of its own is judged on all the studio's. Golden images
    stand beside these; they judge a project only where there are no others. project_ids: projects to be told of,
    besides those of the images.
    """
    return _Judge(comparisons, limits or GateLimits(), kind).verdict(project_ids)


class _Judge:
    def __init__(self, comparisons: Collection[Compared], limits: GateLimits, kind: ModelKind) -> None:
        self._limits, self._kind = limits, kind
        self._projects = {comparison.project_id for comparison in comparisons}
        # an image without any part, as one without unknown pixels is, says nothing
        telling = (comparison for comparison in comparisons if len(comparison.parts.live))
        self._images = sorted(telling, key=lambda comparison: comparison.image_id)
        self._bootstrap = PairedBootstrap(
            [image.parts for image in self._images],
            confidence=limits.confidence,
            resamples=limits.resamples,
            seed=limits.seed,
        )

    def verdict(self, project_ids: Collection[int]) -> Verdict:
        indices = range(len(self._images))
        golden = [index for index in indices if self._images[index].golden]
        of_studio = [index for index in indices if not self._images[index].golden] or golden
        tagged = {
            tag: [index for index in indices if self._images[index].tag == tag]
            for tag in sorted({image.tag for image in self._images} - {""})
        }
        tags = {tag: self._figures_of(which) for tag, which in tagged.items()}
        on_golden = self._figures_of(golden) if golden else None
        heard = {tag: tags[tag] for tag, which in tagged.items() if self._has_spread(which)}
        breach = self._worst_breach(on_golden, heard)
        studio = self._project(None, of_studio, breach, borrowed=False)
        projects = {}
        for project_id in sorted(self._projects | set(project_ids)):
            own = [index for index in of_studio if self._images[index].project_id == project_id]
            borrowed = len(own) < ENOUGH_IMAGES and len(own) < len(of_studio)
            projects[project_id] = self._project(project_id, of_studio if borrowed else own, breach, borrowed=borrowed)
        return Verdict(projects, tags, on_golden, studio)

    def _figures_of(self, which: Sequence[int]) -> Figures:
        changes = zip(RULES[self._kind].measures, self._bootstrap.changes(which), strict=True)
        return Figures(len(which), self._limits.confidence, dict(changes))

    def _has_spread(self, which: Sequence[int]) -> bool:
        """One part alone says nothing of luck."""
        return sum(len(self._images[index].parts.live) for index in which) > 1

    def _worst_breach(self, golden: Figures | None, tags: Mapping[str, Figures]) -> Breach | None:
        """The golden images come first: a lead chose them to judge by, so their mean counts as it stands."""
        decides, limits = RULES[self._kind].decides, self._limits
        if golden is not None and golden.changes[decides].relative > limits.worst_golden:
            return Breach(None, limits.worst_golden, golden)
        worse = [
            Breach(tag, limits.worst_tag, figures)
            for tag, figures in tags.items()
            if figures.changes[decides].low > limits.worst_tag
            or (figures.images >= ENOUGH_IMAGES and figures.changes[decides].relative > limits.worst_tag)
        ]
        return max(worse, key=lambda breach: breach.figures.changes[decides].relative, default=None)

    def _project(
        self, project_id: int | None, which: Sequence[int], breach: Breach | None, *, borrowed: bool
    ) -> ProjectVerdict:
        figures = self._figures_of(which) if which else None
        outcome = self._outcome(figures, which, breach)
        named = breach if outcome in (GateOutcome.WORSE_ON_GOLDEN, GateOutcome.WORSE_IN_TAG) else None
        return ProjectVerdict(project_id, self._kind, outcome, borrowed, figures, named)

    def _outcome(self, figures: Figures | None, which: Sequence[int], breach: Breach | None) -> GateOutcome:
        rule = RULES[self._kind]
        if figures is None or len(which) < self._limits.least_images or not self._has_spread(which):
            return GateOutcome.NOTHING_TO_JUDGE
        if any(figures.changes[measure].low > 0 for measure in (rule.decides, *rule.guards)):
            return GateOutcome.WORSE
        if breach is not None:
            return GateOutcome.WORSE_ON_GOLDEN if breach.tag is None else GateOutcome.WORSE_IN_TAG
        return GateOutcome.BETTER if figures.changes[rule.decides].high < 0 else GateOutcome.NOT_BETTER_BEYOND_NOISE
