/** The bucket: a click labels all that is connected to it and has its label. */

export class FillTool {
  #desk;

  constructor(desk) {
    this.#desk = desk;
  }

  begin({ pixel: [x, y] }) {
    this.#desk.session()?.edit({ tool: "fill", ink: this.#desk.preferences().ink, x, y });
  }

  move() {}

  end() {}

  cancel() {}
}
