/** The REST calls of the editor, one method each, and what can go wrong with them. */

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
  constructor(apiUrl) {
    this.apiUrl = apiUrl.replace(/\/$/, "");
  }

  image = (id) => this.#json("GET", `/images/${id}`);
  photo = (id) => this.#blob(`/images/${id}/photo`);
  trimap = (id) => this.#blob(`/images/${id}/trimap`, { cache: "no-store" });
  alpha = (id) => this.#blob(`/images/${id}/alpha`, { cache: "no-store" });
  draftTrimap = (id) => this.#blob(`/images/${id}/draft/trimap`, { cache: "no-store" });

  /** The alpha of another version of the image, "draft" or "approved"; a RefusedError of status 404 without one. */
  versionAlpha = (id, which) => this.#blob(`/images/${id}/${which}/alpha`, { cache: "no-store" });
  doubt = (id) => this.#json("GET", `/images/${id}/doubt`);
  slips = (id) => this.#json("GET", `/images/${id}/slips`);
  notes = (id) => this.#json("GET", `/images/${id}/notes`);
  addNote = (id, note) => this.#json("POST", `/images/${id}/notes`, note);
  resolveNote = (id, note) => this.#json("POST", `/images/${id}/notes/${note}/resolve`, {});
  flag = (id, note = "") => this.#json("POST", `/images/${id}/flag`, { note });
  unflag = (id) => this.#json("POST", `/images/${id}/unflag`, {});
  today = () => this.#json("GET", `/desk/today?offset_minutes=${-new Date().getTimezoneOffset()}`);
  guidelines = () => this.#json("GET", "/guidelines");

  /** {id: number or null, left: number}: what stands after image `after` in the queue. */
  next = (after = null) => this.#json("GET", after === null ? "/queue/next" : `/queue/next?after=${after}`);

  // Each of these answers with a Change: {revision, position, can_undo, can_redo, state, patches}.
  edits = (id, version, edits) => this.#json("POST", `/images/${id}/edits`, { ...version, edits });
  preview = (id, version, edit) => this.#json("POST", `/images/${id}/preview`, { ...version, edit });
  redraft = (id, version, key, part) => this.#json("POST", `/images/${id}/redraft`, { ...version, key, ...part });
  undo = (id, version, key) => this.#json("POST", `/images/${id}/undo`, { ...version, key });
  redo = (id, version, key) => this.#json("POST", `/images/${id}/redo`, { ...version, key });
  recompute = (id, version) => this.#json("POST", `/images/${id}/recompute`, version);
  settle = (id, version) => this.#json("POST", `/images/${id}/settle`, version);

  /** Nobody waits for an answer. */
  leave = (id) => fetch(`${this.apiUrl}/images/${id}/leave`, { method: "POST", keepalive: true }).catch(() => {});

  // These answer with {state, next}, the last one with {state}.
  approve = (id, version) => this.#json("POST", `/images/${id}/approve`, version);
  submit = (id, version) => this.#json("POST", `/images/${id}/submit`, version);
  giveBack = (id, reason) => this.#json("POST", `/images/${id}/return`, { reason });
  skip = (id, reason) => this.#json("POST", `/images/${id}/skip`, { reason });
  reopen = (id) => this.#json("POST", `/images/${id}/reopen`, {});

  async #json(method, path, body) {
    const options = { method, cache: "no-store" };
    if (body !== undefined) {
      options.headers = { "Content-Type": "application/json" };
      options.body = JSON.stringify(body);
    }
    return this.#read(path, options, (response) => response.json());
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

async function refusalOf(response) {
  try {
    const { detail, code = null } = await response.json();
    if (typeof detail === "string") return { detail, code };
  } catch {
    // A proxy's HTML page, say: the status line has to do.
  }
  return { detail: `${response.status} ${response.statusText}`.trim(), code: null };
}
