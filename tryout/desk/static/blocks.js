// Block Kit as the bot sent it, drawn block by block. `act(block, element, choice)` is called when a control is used.
import { acting, field, uid } from "./elements.js";
import { el, link, mrkdwn, richText, textObject } from "./text.js";

export function drawBlocks(blocks, screen, act, form) {
  return blocks.map((block) => {
    const draw = KINDS[block.type];
    const made = draw ? draw(block, screen, (element, choice) => act(block, element, choice), form) : el("p", {}, `[${block.type}]`);
    made.classList.add("b-block", `b-${block.type}`);
    return made;
  });
}

const KINDS = {
  header: (block) => el("h2", {}, textObject(block.text)),
  divider: () => el("hr"),
  section,
  context: (block, screen) => el("div", {}, ...block.elements.map((one) => (one.type === "image" ? picture(one) : el("span", {}, textObject(one, screen))))),
  actions: (block, screen, act) => el("div", {}, ...block.elements.map((one) => acting(one, screen, act))),
  image: (block, screen) => el("figure", {}, block.title ? el("figcaption", {}, textObject(block.title, screen)) : null, picture(block)),
  data_visualization: chart,
  rich_text: richText,
  markdown: (block, screen) => el("div", {}, mrkdwn(block.text, screen)),
  input,
};

// A list of values whose bars are their share of the largest; read aloud it is a list of names and numbers.
function chart(block) {
  const points = block.chart.segments ?? block.chart.series[0].data;
  const most = Math.max(1, ...points.map((one) => one.value));
  const rows = points.map((one) => {
    const bar = el("span", { class: "b-bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", one.value / most);
    return el("li", {}, el("span", { class: "b-bar-name" }, one.label), bar, el("span", { class: "b-bar-value" }, String(one.value)));
  });
  return el("figure", {}, el("figcaption", {}, block.title), el("ol", { class: "b-bars" }, ...rows));
}

// Pictures stay words here: the desk loads nothing from elsewhere.
function picture(image) {
  return el("span", { class: "b-picture" }, "🖼 ", link(image.image_url ?? "", image.alt_text));
}

function section(block, screen, act) {
  const body = el("div", { class: "b-body" });
  if (block.text) body.append(el("div", { class: "b-text" }, textObject(block.text, screen)));
  if (block.fields) body.append(el("div", { class: "b-fields" }, ...block.fields.map((one) => el("div", {}, textObject(one, screen)))));
  const made = el("div", {}, body);
  if (block.accessory) made.append(el("div", { class: "b-accessory" }, block.accessory.type === "image" ? picture(block.accessory) : acting(block.accessory, screen, act)));
  return made;
}

// Inputs report to `form`, a map from "block.action" to how to read them; `form.kept` holds what was typed before.
function input(block, screen, act, form) {
  const key = `${block.block_id}.${block.element.action_id}`;
  const title = textObject(block.label).textContent;
  const control = field(block.element, screen, null, form.kept.get(key));
  form.fields.set(key, control.value);
  const target = control.node.matches("input, select, textarea") ? control.node : control.node.querySelector("select, input");
  const grouped = control.node.classList.contains("b-group");
  const hint = block.hint ? el("p", { class: "b-hint", id: uid("hint") }, textObject(block.hint)) : null;
  const error = el("p", { class: "b-error", id: uid("error"), "data-error": block.block_id, hidden: true });
  const note = block.optional ? el("span", { class: "b-optional" }, " (optional)") : null;
  const name = uid("label");
  (grouped ? control.node : target).setAttribute("aria-describedby", [hint?.id, error.id].filter(Boolean).join(" "));
  (grouped ? control.node : target).setAttribute("aria-labelledby", name);
  if (!block.optional && !grouped) target.setAttribute("aria-required", "true");
  const label = grouped ? el("div", { class: "b-label", id: name }, title, note) : el("label", { class: "b-label", id: name, for: target.id }, title, note);
  if (block.dispatch_action) control.node.addEventListener("change", () => act(block.element, control.value()));
  return el("div", { "data-block": block.block_id }, label, control.node, hint, error);
}
