// The page around the two halves: sample visitors, the reasons drawer, starting over.
import { conversationId, element, reasons } from "/try/static/why.js";
import "/try/static/criteria.js";

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

async function showWhy() {
  const body = document.getElementById("why-body");
  const id = conversationId();
  const answer = id ? await fetch(`/try/why/${encodeURIComponent(id)}`) : null;
  body.replaceChildren(...(answer?.ok ? reasons(await answer.json()) : [element("p", "Nobody has said anything yet. Play a visitor, or write in the widget on the left.")]));
  document.getElementById("why").showModal();
}

for (const button of document.querySelectorAll("[data-play]")) button.addEventListener("click", () => play(button.dataset.play));
document.getElementById("why-open").addEventListener("click", showWhy);
document.getElementById("connect-open").addEventListener("click", () => document.getElementById("connect").showModal());
document.getElementById("reset").addEventListener("click", async () => { run++; buttons(false); await startOver(); playing.textContent = "Started over."; });
