// The page around the two halves: sample visitors, the reasons drawer, starting over.
const site = document.getElementById("site");
const playing = document.getElementById("playing");
const VISITORS = {
  a: ["do you integrate with HubSpot?", "we lose leads between marketing and our 6 reps", "ana.silva@northwind.io", "about 120, mostly Lisbon", "before Q1", "show me"],
  b: ["Hi, I'm Tom Becker, ops lead at Vollmer GmbH (250 ppl). Need a demo this month, budget ~20k/yr, tom@vollmer.de"],
};
let run = 0;

const foyer = (...call) => site.contentWindow.foyer(...call);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function widgetReady() {
  while (typeof site.contentWindow?.foyer !== "function") await pause(100);
}

function nextAnswer() {
  return new Promise((done) => {
    const element = site.contentDocument.querySelector("foyer-chat, [data-foyer-host]") ?? site.contentDocument;
    const heard = (event) => {
      if (event.detail?.author === "visitor") return;
      stop();
      done();
    };
    const stop = () => { element.removeEventListener("foyer:message", heard); clearTimeout(limit); };
    const limit = setTimeout(() => { stop(); done(); }, 8000);
    element.addEventListener("foyer:message", heard);
  });
}

async function play(name) {
  const mine = ++run;
  buttons(true);
  await startOver();
  foyer("open");
  await pause(900);
  for (const [at, line] of VISITORS[name].entries()) {
    if (mine !== run) return;
    playing.textContent = `Visitor ${name.toUpperCase()} writes line ${at + 1} of ${VISITORS[name].length} …`;
    const answered = nextAnswer();
    foyer("send", line);
    await answered;
    await pause(1100);
  }
  playing.textContent = "Done. The lead is on the desk: claim it, or ask Why?";
  buttons(false);
}

function buttons(busy) {
  for (const button of document.querySelectorAll("[data-play]")) button.disabled = busy;
}

async function startOver() {
  await fetch("/try/reset", { method: "POST" });
  await widgetReady();
  foyer("reset");
  site.contentWindow.sessionStorage.clear();
  site.contentWindow.localStorage.clear();
  const loaded = new Promise((done) => site.addEventListener("load", done, { once: true }));
  site.contentWindow.location.replace("/try/site");
  await loaded;
  await widgetReady();
}

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function conversationId() {
  // The site in the frame shares this page's origin, and so its session storage.
  try {
    return JSON.parse(sessionStorage.getItem("foyer.state")).conversation ?? null;
  } catch {
    return null;
  }
}

async function showWhy() {
  const body = document.getElementById("why-body");
  const id = conversationId();
  const answer = id ? await fetch(`/try/why/${encodeURIComponent(id)}`) : null;
  body.replaceChildren(...(answer?.ok ? reasons(await answer.json()) : [element("p", "Nobody has said anything yet. Play a visitor, or write in the widget on the left.")]));
  document.getElementById("why").showModal();
}

function reasons(why) {
  if (!why.assessment) return [element("p", "Nothing to judge yet: the visitor has not said anything.")];
  const { score, threshold, verdict, low, high, criteria_version: version, unknown } = why.assessment;
  const head = element("p", undefined, { class: "verdict" });
  head.append(element("b", `${score} points, ${threshold} needed`, why.assessment.is_mql ? { class: "mql" } : {}), element("span", `verdict: ${verdict}`), element("span", `could still be ${low} to ${high}`, { class: "quiet" }), element("span", `stage: ${why.stage ?? "visitor"}`), element("span", `criteria version ${version}`, { class: "quiet" }));
  const parts = [head];
  if (why.purchase_interest) parts.push(element("p", "The visitor asked for a next step. That goes before every score: sales is told at once."));
  parts.push(why.assessment.reasons.length ? table(why.assessment.reasons) : element("p", "No rule has given points yet."));
  if (unknown.length) parts.push(element("p", `Not known yet: ${unknown.join(", ")}.`, { class: "quiet" }));
  return parts;
}

function table(rows) {
  const made = element("table");
  const head = element("tr");
  head.append(element("th", "Rule", { scope: "col" }), element("th", "The visitor's words", { scope: "col" }), element("th", "Points", { scope: "col", class: "points" }));
  made.append(head);
  for (const reason of rows) {
    const row = element("tr");
    const rule = element("td", reason.why || reason.rule);
    rule.append(element("br"), element("code", `${reason.file}:${reason.line}`), element("br"), element("code", reason.source));
    const words = element("td");
    words.append(element("q", reason.evidence));
    row.append(rule, words, element("td", reason.points > 0 ? `+${reason.points}` : `${reason.points}`, { class: "points" }));
    made.append(row);
  }
  return made;
}

for (const button of document.querySelectorAll("[data-play]")) button.addEventListener("click", () => play(button.dataset.play));
document.getElementById("why-open").addEventListener("click", showWhy);
document.getElementById("connect-open").addEventListener("click", () => document.getElementById("connect").showModal());
document.getElementById("reset").addEventListener("click", async () => { run++; buttons(false); await startOver(); playing.textContent = "Started over."; });
