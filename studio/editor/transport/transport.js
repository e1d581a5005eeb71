/** The REST calls of the editor, one method each, and what can go wrong with them. */

import { patiently } from "./patience.js";

/** No answer came, or the server cannot do it now: the same request may succeed later. code: the kind, if it said one. */
export class UnreachableError extends Error {
  constructor(detail, code = null) {
    super(detail);
    this.code = code;
  }
}

/** The server understood and refused. detail: a sentence in English; status: the HTTP status; code: the kind. */
export class RefusedError extends Error {
  constructor(detail, status, code = null) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** Somebody else changed the image since it was opened, or its state does not allow what was asked for. */
export class ConflictError extends Error {
  constructor(detail, code = null) {
    super(detail);
    this.code = code;
  }
}

export class Transport {
  /**
   * project: the number of the only project whose photos are worked on, or null for all. isReview: what comes next is
   * what waits for a reviewer, not for an operator.
   */
  constructor(apiUrl, { project = null, isReview = false } = {}) {
    this.apiUrl = apiUrl.replace(/\/$/, "");
    this.project = project;
    this.isReview = isReview;
  }

  // What opens a photo may have to compute its matte, and so may a decision where another process showed it.
  image = (id) => patiently(() => this.#json("GET", `/images/${id}`));
  photo = (id) => this.#blob(`/images/${id}/photo`);
  trimap = (id) => patiently(() => this.#blob(`/images/${id}/trimap`, { cache: "no-store" }));
  alpha = (id) => patiently(() => this.#blob(`/images/${id}/alpha`, { cache: "no-store" }));

  /** {blob, matte}: the alpha, and what it is called, which changes and decisions tell as that which was seen. */
  shownAlpha = (id) =>
    patiently(() =>
      this.#read(`/images/${id}/alpha`, { cache: "no-store" }, async (response) => ({
        blob: await response.blob(),
        matte: /"([^"]+)"/.exec(response.headers.get("ETag") ?? "")?.[1] ?? null, // a proxy may make it a weak one
      })),
    );
  draftTrimap = (id) => this.#blob(`/images/${id}/draft/trimap`, { cache: "no-store" });

  /** The alpha of another version of the image, "draft" or "approved"; a RefusedError of status 404 without one. */
  versionAlpha = (id, which) => this.#blob(`/images/${id}/${which}/alpha`, { cache: "no-store" });
  doubt = (id) => this.#json("GET", `/images/${id}/doubt`);
  slips = (id) => this.#json("GET", `/images/${id}/slips`);
  notes = (id) => this.#all(`/images/${id}/notes`, "notes");
  addNote = (id, note) => this.#json("POST", `/images/${id}/notes`, note);
  resolveNote = (id, note) => this.#json("POST", `/images/${id}/notes/${note}/resolve`, {});
  flag = (id, note = "") => this.#json("POST", `/images/${id}/flag`, { note });
  unflag = (id) => this.#json("POST", `/images/${id}/unflag`, {});
  today = () => this.#json("GET", `/desk/today?offset_minutes=${-new Date().getTimezoneOffset()}`);
  guidelines = (id) => this.#json("GET", id === null ? "/guidelines" : `/guidelines?image=${id}`);

  /** What happened to an image, oldest first; what became of revision `number` in the newest, in figures. */
  history = (id) => this.#all(`/images/${id}/history`, "happenings");
  difference = (id, number) => this.#json("GET", `/images/${id}/revisions/${number}/difference/figures`);

  /** Where a picture of a revision lies: "alpha", or its "difference" to the newest. */
  revisionUrl = (id, number, what) => `${this.apiUrl}/images/${id}/revisions/${number}/${what}`;

  /**
   * {id: number or null}: what the queue hands out after image `after`; it is in this person's hands then. passed: the
   * images that they have been at, which come again only when nothing else is left.
   */
  next = (after = null, passed = []) =>
    this.isReview
      ? this.#json("GET", this.#withProject("/reviews/next", after === null ? {} : { after }))
      : this.#json("POST", "/queue/next", { after, passed, project: this.project });

  /** {left: number}: how many wait. */
  left = () => this.#json("GET", this.#withProject(this.isReview ? "/reviews/next" : "/queue/left"));

  /** Take image `id` in hand, or keep it there; a ConflictError with the code "leased" if somebody else has it. */
  hold = (id) => this.#json("POST", `/images/${id}/lease`);

  // Each of these answers with a Change: {revision, position, can_undo, can_redo, state, matte, patches}.
  edits = (id, version, edits) => this.#json("POST", `/images/${id}/edits`, { ...version, edits });
  preview = (id, version, edit) => this.#json("POST", `/images/${id}/preview`, { ...version, edit });
  redraft = (id, version, key, part) => this.#json("POST", `/images/${id}/redraft`, { ...version, key, ...part });
  undo = (id, version, key) => this.#json("POST", `/images/${id}/undo`, { ...version, key });
  redo = (id, version, key) => this.#json("POST", `/images/${id}/redo`, { ...version, key });
  recompute = (id, version) => this.#json("POST", `/images/${id}/recompute`, version);
  settle = (id, version) => this.#json("POST", `/images/${id}/settle`, version);

  /** Give image `id` out of this person's hands. Nobody waits for an answer. */
  leave = (id) => fetch(`${this.apiUrl}/images/${id}/leave`, { method: "POST", keepalive: true }).catch(() => {});

  /** Tell that somebody was at image `id`. spans: [{began_ago, ended_ago}] in seconds. It arrives even if the page is left. */
  work = (id, purpose, spans) =>
    this.#read(`/images/${id}/work`, { ...withBody("POST", { purpose, spans }), keepalive: true }, () => null);

  // These answer with {state}.
  approve = (id, version) => patiently(() => this.#json("POST", `/images/${id}/approve`, version));
  submit = (id, version) => patiently(() => this.#json("POST", `/images/${id}/submit`, version));
  giveBack = (id, reason) => this.#json("POST", `/images/${id}/return`, { reason });
  skip = (id, reason) => this.#json("POST", `/images/${id}/skip`, { reason });
  reopen = (id) => this.#json("POST", `/images/${id}/reopen`, {});

  /** Make revision `number` the newest again. */
  restore = (id, version, number) =>
    patiently(() => this.#json("POST", `/images/${id}/restore`, { ...version, number }));

  #withProject(path, asked = {}) {
    const query = new URLSearchParams(this.project === null ? asked : { ...asked, project: this.project });
    return query.size > 0 ? `${path}?${query}` : path;
  }

  /** All items of a list that comes a page at a time; noun: under which name they come. */
  async #all(path, noun) {
    const found = [];
    let after = null;
    do {
      const page = await this.#json("GET", after === null ? path : `${path}?after=${after}`);
      found.push(...page[noun]);
      after = page.after;
    } while (after !== null);
    return found;
  }

  async #json(method, path, body) {
    return this.#read(path, withBody(method, body), (response) => response.json());
  }

  async #blob(path, options = {}) {
    return this.#read(path, options, (response) => response.blob());
  }

  /** Fetch and read the body; losing the connection half-way through a body counts as unreachable, too. */
  async #read(path, options, readBody) {
    let response;
    try {
      response = await fetch(this.apiUrl + path, { credentials: "same-origin", ...options });
      if (response.ok) return await readBody(response);
    } catch (error) {
      throw new UnreachableError(String(error));
    }
    const { detail, code } = await refusalOf(response);
    if (response.status === 409) throw new ConflictError(detail, code);
    if (response.status >= 500 || response.status === 429 || response.status === 408) {
      throw new UnreachableError(detail, code);
    }
    throw new RefusedError(detail, response.status, code);
  }
}

function withBody(method, body) {
  const options = { method, cache: "no-store" };
  if (body === undefined) return options;
  return { ...options, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function refusalOf(response) {
  try {
    const { detail, code = null } = await response.json();
    if (typeof detail === "string") return { detail, code };
  } catch {
    // A proxy's HTML page, say: the status line has to do.
  }
  return { detail: `${response.status} ${response.statusText}`.trim(), code: null };
}
