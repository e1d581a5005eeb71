"""What the store knows about learning at one moment, as far as one visitor may see it: read once for all parts."""

from collections.abc import Mapping
from dataclasses import dataclass

from annotation_store import gallery
from annotation_store.kinds import ModelKind
from annotation_store.learning import golden, model_registry, standings, training_runs
from annotation_store.records import GoldenRecord, ModelRecord, ProjectRecord, RunRecord, StandingRecord
from annotation_store.states import ImageState, ModelState, StandingState
from annotation_store.store import Store
from studio.sign_in.visitor import Visitor
from studio.visible_projects import visible_projects


@dataclass(frozen=True, slots=True)
class Scene:
    """versions: by number, newest first. standings: in these projects, the newest change first. runs: newest first.

    approved: images of each project.
    """

    projects: tuple[ProjectRecord, ...]
    versions: Mapping[int, ModelRecord]
    standings: tuple[StandingRecord, ...]
    runs: tuple[RunRecord, ...]
    approved: Mapping[int, int]
    golden: tuple[GoldenRecord, ...]

    @staticmethod
    def of(store: Store, visitor: Visitor) -> "Scene":
        mine = visible_projects(store, visitor)
        ids = {project.id for project in mine}
        return Scene(
            projects=mine,
            versions={version.id: version for version in model_registry.list_models(store)},
            standings=tuple(each for each in standings.list_standings(store) if each.project_id in ids),
            runs=training_runs.list_runs(store),
            approved=gallery.count_by_project(store, ImageState.APPROVED),
            golden=golden.list_golden(store),
        )

    def project(self, project_id: int) -> ProjectRecord | None:
        """None if there is none such, or it is not the visitor's."""
        return next((each for each in self.projects if each.id == project_id), None)

    def standing(self, model_id: int, project_id: int) -> StandingRecord | None:
        where = (model_id, project_id)
        return next((each for each in self.standings if (each.model_version_id, each.project_id) == where), None)

    def holder(self, project_id: int, kind: ModelKind, state: StandingState) -> StandingRecord | None:
        """The version of a kind that has this state in a project; of several the one that was changed last."""
        what = (project_id, kind, state)
        return next((each for each in self.standings if (each.project_id, each.kind, each.state) == what), None)

    def before(self, standing: StandingRecord) -> StandingRecord | None:
        """What served before what serves by `standing`; None if that was nothing, or the automatic drafter."""
        found = self.holder(standing.project_id, standing.kind, StandingState.RETIRED)
        since = standing.activated_at
        if standing.kind is ModelKind.DRAFTER and found is not None and since is not None and found.changed_at < since:
            return None
        return found

    def live_anywhere(self) -> ModelRecord | None:
        """The matting model that serves projects for which none was ever chosen: the one that went live last."""
        live = [
            version
            for version in self.versions.values()
            if version.kind is ModelKind.MATTING and version.state is ModelState.LIVE and version.activated_at
        ]
        return max(live, key=lambda version: (version.activated_at, version.id), default=None)

    def unfinished(self, kind: ModelKind) -> RunRecord | None:
        return next((run for run in self.runs if run.kind is kind and run.state in training_runs.UNFINISHED), None)
