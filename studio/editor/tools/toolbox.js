/**
 * The tools by name. A tool has begin(place, event), move(place), end(place) and cancel(); some have hover(place),
 * finish() and stepBack(), putAway(), and `ring`, the diameter of a brush in image pixels. A place is {quarters, pixel,
 * pressure}.
 */

import { BrushTool, labelling, paintingAlpha } from "./brush.js";
import { FillTool } from "./fill.js";
import { LassoTool, PolygonTool } from "./outline.js";
import { PartTool } from "./part.js";

export const TOOLS = ["brush", "soft_brush", "lasso", "polygon", "fill", "part"];
export const INKS = ["foreground", "background", "unknown", "draft"];
export const USES_INK = ["brush", "lasso", "polygon", "fill"];
export const HAS_OUTLINE = ["lasso", "polygon"];
export const IS_BRUSH = ["brush", "soft_brush"];

export class Toolbox {
  #tools;
  #current = null;

  /** desk: {preferences: () => preferences, session: () => ImageSession or null, viewport, guides}. */
  constructor(desk) {
    this.desk = desk;
    this.#tools = {
      brush: new BrushTool(desk, labelling),
      soft_brush: new BrushTool(desk, paintingAlpha),
      lasso: new LassoTool(desk),
      polygon: new PolygonTool(desk),
      fill: new FillTool(desk),
      part: new PartTool(desk),
    };
  }

  /** The tool in hand. Taking another one calls off what the last one was doing. */
  get current() {
    const tool = this.#tools[this.desk.preferences().tool];
    if (tool !== this.#current) {
      this.#current?.cancel();
      this.#current?.putAway?.();
    }
    this.#current = tool;
    return tool;
  }
}
