// What the page's drawers share: small elements, who is chatting, and why a score is what it is.
export function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export function conversationId() {
  // The site in the frame shares this page's origin, and so its session storage.
  try {
    return JSON.parse(sessionStorage.getItem("foyer.state")).conversation ?? null;
  } catch {
    return null;
  }
}

export function reasons(why) {
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

export function table(rows) {
  const made = element("table");
  const head = element("tr");
  head.append(element("th", "Rule", { scope: "col" }), element("th", "The visitor's words", { scope: "col" }), element("th", "Points", { scope: "col", class: "points" }));
  made.append(head);
  for (const reason of rows) {
    const row = element("tr");
    const rule = element("td", reason.why || reason.rule);
    if (reason.source) rule.append(element("br"), element("code", `${reason.file}:${reason.line}`), element("br"), element("code", reason.source));
    const words = element("td");
    words.append(element("q", reason.evidence));
    row.append(rule, words, pointsCell(reason));
    made.append(row);
  }
  return made;
}

// With `was`, what the rule gave before: struck through when it is not the same.
function pointsCell({ points, was }) {
  const cell = element("td", undefined, { class: "points" });
  if (was !== undefined && was !== points) cell.append(element("s", signed(was)), " ");
  cell.append(signed(points));
  return cell;
}

function signed(points) {
  return points > 0 ? `+${points}` : `${points}`;
}
