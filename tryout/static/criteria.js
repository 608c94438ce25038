// The criteria panel: the file is edited, checked while one types, saved, and tried on the open conversation.
import { conversationId, element, table } from "/try/static/why.js";

const panel = document.getElementById("criteria");
const text = document.getElementById("criteria-text");
const numbers = document.getElementById("criteria-numbers");
const problems = document.getElementById("criteria-problems");
const said = document.getElementById("criteria-said");
const banner = document.getElementById("criteria-banner");
const verdict = document.getElementById("criteria-verdict");
const CHECKED_AFTER_MS = 400;
let saved = "";
let shown = null; // what judges the open conversation now
let check = 0;
let waiting;

async function open() {
  const id = conversationId();
  const answer = await fetch(`/try/criteria${id ? `?conversation=${encodeURIComponent(id)}` : ""}`);
  const file = await answer.json();
  document.getElementById("criteria-title").textContent = `What counts: ${file.file}`;
  const draft = saved !== "" && text.value !== saved;
  saved = file.text;
  if (!draft) text.value = file.text;
  shown = file.why?.assessment ?? null;
  tell(banner, file.banner);
  tell(said, draft ? "what you had not saved is still here" : "");
  number();
  showProblems([]);
  showVerdict(shown, shown);
  panel.showModal();
  text.focus();
  text.setSelectionRange(0, 0);
  text.scrollTop = 0;
  if (draft) look();
}

function tell(where, words) {
  where.textContent = words ? `${words[0].toUpperCase()}${words.slice(1)}.` : "";
}

function number() {
  const count = text.value.split("\n").length;
  if (numbers.childElementCount !== count) numbers.replaceChildren(...Array.from({ length: count }, (_, at) => element("span", `${at + 1}`)));
  numbers.scrollTop = text.scrollTop;
}

function typed() {
  number();
  clearTimeout(waiting);
  waiting = setTimeout(look, CHECKED_AFTER_MS);
}

async function look() {
  const mine = ++check;
  const answer = await post("check");
  if (mine !== check) return;
  showProblems(answer.problems);
  if (answer.would_be) showVerdict(shown, answer.would_be, "If you save this:");
  else showVerdict(shown, shown);
}

async function post(what) {
  const answer = await fetch(`/try/criteria/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text: text.value, conversation: conversationId() }),
  });
  return answer.json();
}

async function save() {
  clearTimeout(waiting);
  check++;
  const answer = await post("save");
  showProblems(answer.problems);
  if (!answer.saved) {
    tell(said, `not saved: ${countOf(answer.problems)}; the first is on line ${answer.problems[0].line}`);
    problems.querySelector("button")?.focus();
    return;
  }
  const caret = text.selectionStart;
  saved = text.value = answer.text;
  text.setSelectionRange(caret, caret);
  number();
  const before = shown;
  const withSales = answer.why?.assessment && answer.why.assessment.criteria_version !== answer.version;
  const after = withSales ? answer.would_be : answer.why?.assessment ?? null;
  shown = answer.why?.assessment ?? null;
  tell(banner, answer.banner);
  tell(document.getElementById("at-once"), answer.at_once);
  tell(said, `saved as version ${answer.version}${before && after ? `; ${inWords(before)} before, ${inWords(after)} now` : ""}`);
  showVerdict(before, after, withSales ? `With sales already, this person keeps version ${shown.criteria_version}. A new one like them:` : "");
}

function countOf(found) {
  return `${found.length} ${found.length === 1 ? "mistake" : "mistakes"}`;
}

function inWords(assessment) {
  return `${assessment.score} of ${assessment.threshold} points, ${assessment.verdict.replace("_", " ")}`;
}

function showProblems(found) {
  const broken = found.some((problem) => problem.level === "error");
  text.setAttribute("aria-invalid", broken ? "true" : "false");
  problems.replaceChildren(...found.map(problemRow));
  const marked = new Set(found.map((problem) => problem.line));
  for (const [at, line] of [...numbers.children].entries()) line.classList.toggle("marked", marked.has(at + 1));
}

function problemRow(problem) {
  const row = element("li", undefined, { class: problem.level });
  const go = element("button", `Line ${problem.line}`, { type: "button" });
  go.addEventListener("click", () => goTo(problem.line));
  row.append(go, element("span", ` ${problem.level === "error" ? "Error" : "Warning"}: ${problem.what}${problem.fix ? `; ${problem.fix}` : ""}`));
  return row;
}

function goTo(line) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  const height = parseFloat(getComputedStyle(text).lineHeight);
  text.scrollTop = Math.max(0, (line - 4) * height);
}

function showVerdict(before, after, heading = "") {
  if (!after) {
    verdict.replaceChildren(element("p", "Nobody has said anything yet. Play a visitor, or write in the widget: then the verdict changes here while you edit."));
    return;
  }
  const parts = heading ? [element("p", heading, { class: "quiet" })] : [];
  parts.push(scoreLine(before ?? after, after), table(changed(before, after)));
  if (after.unknown.length) parts.push(element("p", `Not known yet: ${after.unknown.join(", ")}.`, { class: "quiet" }));
  verdict.replaceChildren(...parts);
}

function scoreLine(before, after) {
  const line = element("p", undefined, { class: "verdict" });
  const moved = before.score !== after.score || before.threshold !== after.threshold || before.verdict !== after.verdict;
  if (moved) line.append(element("s", `${before.score} of ${before.threshold}: ${before.verdict}`), element("span", "→", { "aria-hidden": "true" }), element("span", "now", { class: "unseen" }));
  line.append(element("b", `${after.score} of ${after.threshold}: ${after.verdict}`, after.is_mql ? { class: "mql" } : {}), element("span", `version ${after.criteria_version}`, { class: "quiet" }));
  return line;
}

// Every rule that counts or counted, the points it had before beside those it has now.
function changed(before, after) {
  const was = new Map((before?.reasons ?? []).map((reason) => [reason.rule, reason]));
  const now = after.reasons.map((reason) => ({ ...reason, source: "", was: was.get(reason.rule)?.points ?? 0 }));
  const kept = new Set(after.reasons.map((reason) => reason.rule));
  const gone = [...was.values()].filter((reason) => !kept.has(reason.rule)).map((reason) => ({ ...reason, source: "", was: reason.points, points: 0 }));
  return [...now, ...gone];
}

document.getElementById("criteria-open").addEventListener("click", open);
document.getElementById("criteria-save").addEventListener("click", save);
document.getElementById("criteria-undo").addEventListener("click", () => { text.value = saved; typed(); text.focus(); });
text.addEventListener("input", typed);
text.addEventListener("scroll", () => { numbers.scrollTop = text.scrollTop; });
panel.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    save();
  }
});
