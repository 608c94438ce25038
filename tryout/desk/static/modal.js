// The topmost modal of the stack, kept in step with the workspace and keeping what has been typed.
import { drawBlocks } from "./blocks.js";
import { el, textObject } from "./text.js";

export class Modal {
  constructor(desk) {
    this.desk = desk;
    this.kept = new Map();
    this.shown = null;
    this.dialog = null;
  }

  show(views) {
    const view = views.at(-1) ?? null;
    if (view && this.shown && view.id === this.shown.id && view.hash === this.shown.hash) return;
    if (!view) return this.hide();
    this.remember();
    if (view.id !== this.shown?.id) this.kept = new Map();
    const before = this.dialog;
    this.draw(view, views.length);
    before?.close();
    before?.remove();
  }

  hide() {
    this.dialog?.close();
    this.dialog?.remove();
    this.dialog = this.shown = null;
    this.opener?.isConnected && this.opener.focus();
  }

  remember() {
    if (this.dialog) for (const [key, value] of this.values()) this.kept.set(key, value);
  }

  values() {
    return [...this.form.fields].map(([key, read]) => [key, read()]);
  }

  draw(view, depth) {
    if (!this.dialog) this.opener = document.activeElement;
    this.shown = view;
    this.form = { fields: new Map(), kept: this.kept };
    const title = `desk-modal-${view.id}`;
    this.alert = el("p", { class: "d-alert", role: "alert" });
    const body = drawBlocks(view.blocks, this.desk.screen, (block, element, choice) => this.act(block, element, choice), this.form);
    const close = el("button", { type: "button", class: "d-x", "aria-label": "Close" }, el("span", { "aria-hidden": "true" }, "✕"));
    close.addEventListener("click", () => this.close());
    const form = el("form", { novalidate: true },
      el("header", {}, el("h2", { id: title }, textObject(view.title)), depth > 1 ? el("span", { class: "d-depth" }, `step ${depth}`) : null, close),
      el("div", { class: "d-content" }, this.alert, ...body), this.foot(view));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.dialog = el("dialog", { class: "d-modal", "aria-labelledby": title }, form);
    this.dialog.addEventListener("cancel", (event) => { event.preventDefault(); this.close(); });
    this.desk.root.append(this.dialog);
    this.dialog.showModal();
    (this.dialog.querySelector(".d-content :is(input, textarea, select)") ?? this.dialog.querySelector(".d-foot button"))?.focus();
  }

  foot(view) {
    const close = el("button", { type: "button", class: "b-button" }, view.close ? textObject(view.close) : "Close");
    close.addEventListener("click", () => this.close());
    this.send = view.submit ? el("button", { type: "submit", class: "b-button primary" }, textObject(view.submit)) : null;
    return el("div", { class: "d-foot" }, close, this.send);
  }

  async act(block, element, choice) {
    const place = { view_id: this.shown.id, block_id: block.block_id, action_id: element.action_id, choice };
    this.tell(await this.desk.post("press", { ...place, values: this.filled() }));
  }

  filled() {
    return Object.fromEntries(this.values().filter(([, value]) => value !== null && value.length !== 0));
  }

  async submit() {
    this.send?.setAttribute("aria-busy", "true");
    const outcome = await this.desk.post("submit", { view_id: this.shown.id, values: Object.fromEntries(this.values()) });
    this.send?.removeAttribute("aria-busy");
    if (this.shown) this.tell(outcome);
  }

  tell(outcome) {
    this.alert.textContent = outcome.problem ? `That did not work: ${outcome.problem}. Please try again.` : "";
    const errors = outcome.errors ?? {};
    for (const slot of this.dialog.querySelectorAll("[data-error]")) {
      const words = errors[slot.dataset.error] ?? "";
      slot.textContent = words;
      slot.hidden = !words;
      for (const control of slot.parentElement.querySelectorAll("input, select, textarea")) control.setAttribute("aria-invalid", String(Boolean(words)));
    }
    const first = Object.keys(errors)[0];
    if (first) this.dialog.querySelector(`[data-block="${CSS.escape(first)}"] :is(input, select, textarea)`)?.focus();
  }

  async close() {
    await this.desk.post("close", { view_id: this.shown.id });
  }
}
