// The table of runs: filters, an order, a line of details for each run, and its music where there is some.
(() => {
const SHOWN = 20, FACETS = ["system", "variant", "control", "corpus", "profile", "state"];
const COLUMNS = [["sound", "♪"], ["system", "run"], ["corpus", "music"], ["number", ""]];
const ORDERS = ["number", ...FACETS, "seed", "sound"];

function unpack(text) {
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt());
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")));
}

// As leaderboard.spell_numbers wrote them: four bytes of a whole number, two of a power of ten.
function readNumbers(bytes) {
  const n = bytes.length / 6, at = (plane, i) => bytes[plane * n + i];
  return Array.from({length: n}, (_, i) => {
    const digits = ((at(0, i) * 256 + at(1, i)) * 256 + at(2, i)) * 256 + at(3, i) - 2 ** 31;
    return Number(`${digits}e${at(4, i) * 256 + at(5, i) - 2 ** 15}`);
  });
}

function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children.filter(child => child !== ""));
  return made;
}

const tell = value => value && Math.abs(value) < 1e-4 ? value.toExponential() : String(value);

// One run after another from what is packed column by column: numbers of a name follow each other in the runs' order.
function readRuns({fields, texts, metrics, columns, kinds, kind, values}, numbers) {
  const words = columns.slice(0, fields.length), rest = columns.slice(fields.length);
  let sum = 0;
  const next = values.map(count => (sum += count) - count);  // where each name's numbers begin
  return kind.map((which, place) => {
    const [seed, steps, seconds, sound, mine] = rest.map(column => column[place]);
    const run = {place, seed, steps, seconds, sound, mine};
    run.numbers = new Map(kinds[which].map(m => [metrics[m], numbers[next[m]++]]));
    fields.forEach((name, i) => run[name] = texts[words[i][place]]);
    run.words = [run.system, run.id, run.variant, run.control, run.corpus, run.split, run.marks].join(" ").toLowerCase();
    return run;
  });
}

async function wake(root) {
  root.dataset.waking = 1;
  const part = name => root.querySelector(`[data-role=${name}]`);
  const packed = await unpack(part("rows").textContent).json();
  const numbers = readNumbers(new Uint8Array(await unpack(part("numbers").textContent).arrayBuffer()));
  const runs = readRuns(packed, numbers);
  const want = {words: "", heard: false, metric: packed.metric, order: "number", down: packed.better[packed.metric] == "higher"};
  FACETS.forEach(name => want[name] = name == "corpus" ? packed.corpus : "");
  let shown = SHOWN, left = [], number = 0;

  // Filters: a run fits when it fits each of them; what a list offers is counted among the runs that fit the others.
  const fits = (run, but) =>
    FACETS.every(name => name == but || !want[name] || run[name] == want[name]) &&
    (!want.heard || run.sound >= 0) &&
    want.words.toLowerCase().split(/\s+/).every(word => run.words.includes(word));
  const byName = (a, b) => String(a).localeCompare(String(b), "en", {numeric: true});
  const count = values => values.reduce((seen, value) => seen.set(value, (seen.get(value) || 0) + 1), new Map());
  function fill(select, first, counted, chosen) {
    const names = [...new Set([...counted.keys(), ...chosen ? [chosen] : []])].sort(byName);
    const options = names.map(name => make("option", {value: name}, `${name} (${counted.get(name) || 0})`));
    select.replaceChildren(...first ? [make("option", {value: ""}, first)] : [], ...options);
    select.value = chosen;
  }

  // The order: what has no such number comes last either way, and the reader's own runs come first.
  const key = run => want.order == "number" ? run.numbers.get(want.metric) ?? null : run[want.order];
  function compare(a, b) {
    if (a.mine != b.mine) return b.mine - a.mine;
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) return (x === null) - (y === null);
    return (want.down ? -1 : 1) * (typeof x == "number" ? x - y : byName(x, y)) || a.place - b.place;
  }

  const selects = Object.fromEntries(FACETS.map(name => [name, make("select", {"data-filter": name})]));
  const words = make("input", {type: "search", "data-filter": "words", placeholder: "any word"});
  const heard = make("input", {type: "checkbox", "data-filter": "heard"});
  const metric = make("select", {"data-filter": "metric"}), order = make("select", {"data-filter": "order"});
  const turn = make("button", {type: "button", "data-action": "turn"});
  order.append(...ORDERS.map(name => make("option", {value: name}, name == "sound" ? "can be heard" : name)));
  const label = (text, field) => make("label", {}, text, field);
  const filters = make("div", {class: "mg-ask"}, label("words", words), ...FACETS.map(name => label(name, selects[name])),
    label("number", metric), label("sorted by", order), turn, make("label", {class: "mg-tick"}, heard, "only what can be heard"));
  const said = make("p", {role: "status"}), body = make("tbody");
  const heads = COLUMNS.map(([name, text]) => make("th", {scope: "col", "data-order": name}, make("button", {type: "button"}, text)));
  heads[0].firstChild.setAttribute("aria-label", "can be heard");
  const caption = make("caption", {hidden: ""}, "Recorded runs");
  const table = make("table", {"data-board": ""}, caption, make("thead", {}, make("tr", {}, ...heads)), body);
  const more = make("button", {type: "button", class: "mg-more", "data-action": "more"});
  root.append(filters, said, table, more);

  function show() {
    FACETS.forEach(name => fill(selects[name], `any ${name}`, count(runs.filter(run => fits(run, name)).map(run => run[name])), want[name]));
    left = runs.filter(run => fits(run)).sort(compare);
    fill(metric, "", count(left.flatMap(run => [...run.numbers.keys()])), want.metric);
    order.value = want.order;
    turn.textContent = want.down ? "largest first" : "smallest first";
    heads.forEach(head => head.removeAttribute("aria-sort"));
    heads[3].firstChild.textContent = want.metric;
    heads.find(head => head.dataset.order == want.order)?.setAttribute("aria-sort", want.down ? "descending" : "ascending");
    const have = left.filter(run => run.numbers.has(want.metric)).length, better = packed.better[want.metric];
    said.textContent = `${left.length.toLocaleString("en")} of ${runs.length.toLocaleString("en")} runs; ${have.toLocaleString("en")} of them have ${want.metric}` +
      (better ? ` (${better} is better).` : ".");
    body.replaceChildren();
    shown = SHOWN;
    lay(0);
    root.dataset.left = left.length;
  }
  function lay(from) {
    const fresh = left.slice(from, shown).map(row);
    body.append(...fresh);
    more.hidden = left.length <= shown;
    more.textContent = `${Math.min(SHOWN, left.length - shown)} more`;
    return fresh[0];
  }
  function row(run) {
    const without = run.control.startsWith("none: ") ? "" : ` + ${run.control}`;
    const open = make("button", {type: "button", "aria-expanded": false, "data-action": "open"}, run.system);
    const value = run.numbers.get(want.metric);
    const line = make("tr", {"data-place": run.place}, make("td"),
      make("th", {scope: "row"}, open, make("small", {}, `${run.variant}${without}, seed ${run.seed} · ${run.state}`),
        run.marks ? make("small", {class: "mg-mark"}, run.marks) : ""),
      make("td", {}, run.corpus, make("small", {}, run.profile)), make("td", {}, value === undefined ? "–" : tell(value)));
    if (run.mine) line.dataset.mine = 1;
    if (run.sound >= 0) line.firstChild.append(make("button", {type: "button", class: "mg-play", "data-action": "play", "aria-label": `Hear ${run.system}, ${run.variant}`}, "▶"));
    return line;
  }
  function detail(run) {
    const facts = [["steps", run.steps], ["split by", run.split], ["seconds", run.seconds], ["device", run.device],
      ["commit", run.commit ? run.commit.slice(0, 12) : "not written down"], ["command", run.command], ["id", run.id]];
    const list = make("dl", {}, ...facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, String(value))]));
    const numbers = make("div", {class: "mg-numbers"}, ...[...run.numbers].map(([name, value]) => make("div", {}, make("span", {}, name), make("span", {}, tell(value)))));
    const cell = make("td", {colspan: 4}, list, numbers);
    if (run.page) cell.append(make("p", {}, make("a", {href: run.page}, "The page on this system")));
    if (run.sound >= 0) cell.prepend(root.querySelector(`template[data-sound="${run.sound}"]`).content.cloneNode(true));
    return make("tr", {class: "mg-detail", id: `mg-run-${++number}`}, cell);
  }
  function open(line, yes = line.querySelector("[data-action=open]").getAttribute("aria-expanded") == "false") {
    const button = line.querySelector("[data-action=open]"), is = button.getAttribute("aria-expanded") == "true";
    if (yes == is) return;
    button.setAttribute("aria-expanded", yes);
    if (!yes) {line.nextSibling.remove(); return;}
    const opened = detail(runs[line.dataset.place]);
    button.setAttribute("aria-controls", opened.id);
    line.after(opened);
    if (opened.querySelector("[data-musicgan-player]")) document.head.append(make("script", {}, part("player").textContent));
  }
  function hear(line, tries = 60) {
    open(line, true);
    const ready = line.nextSibling?.querySelector("[data-ready] [data-action=play]");
    if (ready) ready.click(); else if (tries) setTimeout(hear, 50, line, tries - 1);
  }

  const sort = (name, down) => {want.order = name; want.down = down; show();};
  filters.addEventListener("input", ({target}) => {
    const name = target.dataset.filter;
    if (name == "order") return sort(target.value, false);
    want[name] = target.type == "checkbox" ? target.checked : target.value;
    if (name == "metric") {want.order = "number"; want.down = packed.better[want.metric] == "higher";}
    show();
  });
  root.addEventListener("click", ({target}) => {
    const button = target.closest("button"), line = target.closest("tr[data-place]"), head = target.closest("th[data-order]");
    if (!button) return;
    if (head) sort(head.dataset.order, want.order == head.dataset.order ? !want.down : head.dataset.order == "sound");
    else if (button == turn) sort(want.order, !want.down);
    else if (button == more) {shown += SHOWN; lay(shown - SHOWN).querySelector("[data-action=open]").focus();}
    else if (line && button.dataset.action == "open") open(line);
    else if (line && button.dataset.action == "play") hear(line);
  });
  show();
  root.dataset.ready = 1;
}
// JupyterLab runs this before the output is in the page, so look again for a while.
(function find(n) {
  const found = document.querySelectorAll("[data-musicgan-board]:not([data-waking])");
  found.forEach(wake);
  if (!found.length && n) setTimeout(find, 100, n - 1);
})(50);
})();
