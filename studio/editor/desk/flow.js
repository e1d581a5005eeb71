/** What surrounds the correction of one photo: its flag, the notes pinned to it, and what was done today. */

export class Flow extends EventTarget {
  notes = []; // open ones: {id, x, y, text, author, created_at}
  today = null; // {approved, submitted, skipped, left}
  #transport;
  #walk;

  /** Event: "change". */
  constructor({ transport, walk }) {
    super();
    this.#transport = transport;
    this.#walk = walk;
  }

  /** Why the photo came back from its reviewer: {reason, by}, or null. */
  get returned() {
    return this.#walk.session?.info.returned ?? null;
  }

  get isFlagged() {
    return this.#walk.session?.info.flagged ?? false;
  }

  /** Another photo is on the desk. */
  async open(session) {
    this.notes = [];
    this.#announce();
    const [notes, today] = await Promise.allSettled([this.#transport.notes(session.info.id), this.#transport.today()]);
    if (session !== this.#walk.session) return;
    // No reason to bother anybody if one of them fails: the next photo asks again.
    if (notes.status === "fulfilled") this.notes = notes.value.filter(({ resolved_at }) => resolved_at === null);
    if (today.status === "fulfilled") this.today = today.value;
    this.#announce();
  }

  /** Something was decided: what was done today is more by one. */
  async count() {
    try {
      this.today = await this.#transport.today();
      this.#announce();
    } catch {
      // The next photo asks again.
    }
  }

  /** Resolves to whether the photo is flagged now, or null if that could not be changed. */
  async toggleFlag() {
    const { session } = this.#walk;
    if (session === null) return null;
    try {
      const { id } = session.info;
      const { flagged, flag_note } = await (this.isFlagged ? this.#transport.unflag(id) : this.#transport.flag(id));
      session.info = { ...session.info, flagged, flag_note };
      this.#announce();
      return flagged;
    } catch (error) {
      this.#walk.fail(error);
      return null;
    }
  }

  async addNote([x, y], text) {
    await this.#change((id) => this.#transport.addNote(id, { x, y, text }));
  }

  async resolveNote(note) {
    await this.#change((id) => this.#transport.resolveNote(id, note));
  }

  async #change(request) {
    const { session } = this.#walk;
    if (session === null) return;
    try {
      await request(session.info.id);
      if (session === this.#walk.session) await this.open(session);
    } catch (error) {
      this.#walk.fail(error);
    }
  }

  #announce() {
    this.dispatchEvent(new Event("change"));
  }
}
