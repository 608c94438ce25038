// The sales desk: long-polls what one person sees of the workspace, draws it, and sends back what they do.
import { drawBlocks } from "./blocks.js";
import { drawMessage, keepList } from "./messages.js";
import { Modal } from "./modal.js";
import { el } from "./text.js";

const HOME = "home";
const HINTS = ["/lead help", "/lead list", "/lead list mine", "/lead status last", "/lead find "];

class Desk {
  constructor(root) {
    this.root = root;
    this.user = sessionStorage.getItem("desk.user") ?? "ann";
    this.place = null;
    this.thread = null;
    this.seen = {};
    this.state = null;
    this.modal = new Modal(this);
    this.build();
    this.watch();
  }

  // --- the fixed parts

  build() {
    this.who = el("select", { id: "desk-who" });
    this.who.addEventListener("change", () => this.become(this.who.value));
    this.tabs = el("div", { class: "d-tabs", role: "tablist", "aria-label": "Conversations" });
    this.tabs.addEventListener("keydown", (event) => this.moveTab(event));
    this.list = el("div", { class: "d-list", role: "log", "aria-label": "Messages", tabindex: "0" });
    this.home = el("div", { class: "d-home", tabindex: "0", hidden: true, role: "region", "aria-label": "Home tab" });
    this.line = this.composer("desk-line", "Type /lead help, or a message", (text) => this.enter(text));
    this.hints = el("div", { class: "d-hints" }, ...HINTS.map((hint) => this.hint(hint)));
    this.problem = el("p", { class: "d-alert", role: "alert" });
    this.main = el("div", { class: "d-main", role: "tabpanel", id: "desk-panel" }, this.list, this.home, this.problem, this.hints, this.line.form);
    this.side = el("aside", { class: "d-thread", "aria-label": "Thread", hidden: true });
    this.buildThread();
    this.root.classList.add("d-desk");
    this.root.replaceChildren(
      el("div", { class: "d-top" }, el("p", { class: "d-team" }, "Northlight"), el("label", { class: "d-who", for: "desk-who" }, "You are ", this.who)),
      this.tabs, el("div", { class: "d-panes" }, this.main, this.side));
  }

  buildThread() {
    const close = el("button", { type: "button", class: "d-x", "aria-label": "Close thread" }, el("span", { "aria-hidden": "true" }, "✕"));
    close.addEventListener("click", () => this.openThread(null));
    this.replies = el("div", { class: "d-list", role: "log", "aria-label": "Thread", tabindex: "0" });
    this.reply = this.composer("desk-reply", "Note for colleagues", (text) => this.say(text, this.thread));
    this.side.append(el("header", {}, el("h2", {}, "Thread"), close), this.replies, this.reply.form);
    this.side.addEventListener("keydown", (event) => { if (event.key === "Escape") this.openThread(null); });
  }

  composer(id, placeholder, send) {
    const input = el("input", { id, type: "text", placeholder, autocomplete: "off", "aria-label": placeholder });
    const form = el("form", { class: "d-composer" }, input, el("button", { type: "submit", class: "b-button primary" }, "Send"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (!text) return;
      input.value = "";
      send(text);
    });
    return { form, input };
  }

  hint(text) {
    const made = el("button", { type: "button", class: "d-hint" }, text.trim());
    made.addEventListener("click", () => {
      if (!text.endsWith(" ")) return this.enter(text);
      this.line.input.value = text;
      this.line.input.focus();
    });
    return made;
  }

  // --- what the workspace says

  async watch() {
    let since = -1;
    for (;;) {
      this.waiting = new AbortController();
      try {
        const answer = await fetch(`/try/desk/state?since=${since}&user=${encodeURIComponent(this.user)}`, { signal: this.waiting.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        this.show(await answer.json());
        since = this.state.version;
      } catch (error) {
        since = -1;
        if (error.name !== "AbortError") await new Promise((again) => setTimeout(again, 2000));
      }
    }
  }

  show(state) {
    this.state = state;
    this.screen = {
      tz: state.me.tz, people: state.people, channels: state.channels,
      nameOf: (id, label) => state.people.find((one) => one.id === id)?.real_name ?? label ?? id,
      channelOf: (id) => state.channels.find((one) => one.id === id)?.name ?? id,
      options: (element, text) => this.options(element, text),
    };
    if (this.place !== HOME && !this.channel()) this.place = state.channels[0]?.id ?? HOME;
    this.draw();
    this.modal.show(state.views);
  }

  channel(id = this.place) {
    return this.state.channels.find((one) => one.id === id);
  }

  draw() {
    this.drawPeople();
    this.drawTabs();
    const home = this.place === HOME;
    this.list.hidden = this.line.form.hidden = this.hints.hidden = home;
    this.home.hidden = !home;
    if (home) this.drawHome();
    else this.drawChannel();
    this.drawThread();
  }

  drawPeople() {
    const options = this.state.people.filter((one) => one.acts).map((one) => el("option", { value: one.name, selected: one.id === this.state.me.id }, one.note ? `${one.real_name} (${one.note})` : one.real_name));
    const now = options.map((one) => one.textContent + one.selected).join();
    if (this.peopleShown !== now) this.who.replaceChildren(...options);
    this.peopleShown = now;
  }

  drawTabs() {
    if (this.place !== HOME) this.seen[this.place] = this.newest(this.channel());
    const places = [...this.state.channels, { id: HOME, name: "Home", direct: true, messages: [] }];
    const tabs = places.map((one) => ({ ...one, label: one.direct ? one.name : `# ${one.name}`, fresh: this.newest(one) > (this.seen[one.id] ?? "") }));
    const now = JSON.stringify(tabs.map((one) => [one.id, one.label, one.fresh, one.id === this.place]));
    if (this.tabsShown === now) return;
    this.tabsShown = now;
    const focused = this.tabs.contains(document.activeElement);
    this.tabs.replaceChildren(...tabs.map((one) => this.tab(one)));
    if (focused) this.tabs.querySelector("[aria-selected=true]").focus();
  }

  newest(channel) {
    return channel?.messages.at(-1)?.ts ?? "";
  }

  tab({ id, label, fresh }) {
    const chosen = id === this.place;
    const made = el("button", { type: "button", role: "tab", "aria-selected": String(chosen), tabindex: chosen ? "0" : "-1", "aria-controls": "desk-panel", "data-place": id }, label);
    if (fresh && !chosen) made.append(el("span", { class: "d-fresh" }, el("span", { class: "d-unseen" }, "new messages")));
    made.addEventListener("click", () => this.go(id));
    return made;
  }

  moveTab(event) {
    const tabs = [...this.tabs.children];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    next.focus();
    this.go(next.dataset.place);
  }

  drawChannel() {
    const { messages } = this.channel();
    const inThread = (one) => one.thread_ts && one.thread_ts !== one.ts;
    const roots = messages.filter((one) => !inThread(one) || one.subtype === "thread_broadcast");
    const counted = roots.map((one) => ({ ...one, replies: messages.filter((other) => other.thread_ts === one.ts && other.ts !== one.ts).length }));
    keepList(this.list, counted, (message) => this.message(message, (ts) => this.openThread(ts)));
    this.list.classList.toggle("empty", counted.length === 0);
  }

  message(message, openThread) {
    return drawMessage(message, this.screen, (one, block, element, choice) => this.press(one, block, element, choice), openThread);
  }

  drawThread() {
    const messages = (this.channel()?.messages ?? []).filter((one) => this.thread && [one.ts, one.thread_ts].includes(this.thread));
    this.side.hidden = messages.length === 0;
    if (messages.length) keepList(this.replies, messages, (message) => this.message(message, null));
  }

  drawHome() {
    const view = this.state.home;
    const now = view ? view.id + view.hash : "";
    if (this.homeShown === now) return;
    this.homeShown = now;
    const act = (block, element, choice) => this.post("press", { view_id: view.id, block_id: block.block_id, action_id: element.action_id, choice });
    this.home.replaceChildren(...(view ? drawBlocks(view.blocks, this.screen, act, { fields: new Map(), kept: new Map() }) : [el("p", {}, "The app has published nothing here yet.")]));
  }

  // --- what the person does

  become(user) {
    this.user = user;
    this.place = this.thread = this.homeShown = null;
    sessionStorage.setItem("desk.user", user);
    this.waiting.abort();
  }

  go(place) {
    if (place !== this.place) this.list.replaceChildren();
    this.place = place;
    this.thread = null;
    this.problem.textContent = "";
    this.draw();
    if (place === HOME) this.post("home", {});
  }

  openThread(ts) {
    const before = this.thread;
    this.thread = ts;
    this.replies.replaceChildren();
    this.draw();
    if (ts) this.reply.input.focus();
    else [...this.list.children].find((node) => node.dataset.key === before)?.querySelector(".d-replies")?.focus();
  }

  enter(text) {
    return text.startsWith("/") ? this.post("command", { line: text, channel: this.place }) : this.say(text, null);
  }

  say(text, thread) {
    return this.post("say", { text, channel: this.place, thread_ts: thread });
  }

  press(message, block, element, choice) {
    return this.post("press", { message_ts: message.ts, block_id: block.block_id, action_id: element.action_id, choice });
  }

  async options(element, typed) {
    const outcome = await this.post("options", { action_id: element.action_id, typed, view_id: this.modal.shown?.id ?? null });
    const answer = outcome.answer ?? {};
    return answer.options ?? (answer.option_groups ?? []).flatMap((one) => one.options);
  }

  async post(act, body) {
    const answer = await fetch(`/try/desk/${act}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ user: this.user, ...body }),
    }).then((got) => got.json()).catch(() => ({ problem: "the try-out does not answer" }));
    this.problem.textContent = answer.problem ?? "";
    return answer;
  }
}

new Desk(document.getElementById("desk"));
