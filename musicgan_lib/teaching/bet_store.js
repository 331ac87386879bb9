// What a reader bet, kept in this browser alone: slug -> bet. Read anew before each change, for there may be other tabs.
const KEY = "musicgan-bets", FORMAT = "musicgan bets", VERSION = 1, MOST = 500, LONGEST = 400;

function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
const press = (action, text, more) => make("button", {type: "button", "data-action": action, ...more}, text);
function tell(x, digits) {
  const text = x.toFixed(digits);
  return Number(text) == 0 ? text.replace("-", "") : text.replace("-", "−");
}

// Whether an interval holds what came out, both as they are printed.
function holds({from, to, truth, digits}) {
  const printed = Number(truth.toFixed(digits));
  return from <= printed && printed <= to;
}

// One bet as it may be kept, with nothing else in it; null for what is none. Files come from anywhere.
function checkBet(slug, bet) {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) || slug.length > LONGEST || !bet || typeof bet != "object") return null;
  const text = name => typeof bet[name] == "string" && bet[name].length <= LONGEST ? bet[name] : "";
  const kept = {question: text("question"), unit: text("unit"), skipped: bet.skipped === true};
  if (kept.skipped) return kept;
  for (const name of ["low", "high", "truth", "guess", "digits"]) {
    if (!Number.isFinite(bet[name])) return null;
    kept[name] = bet[name];
  }
  kept.from = bet.from ?? null;
  kept.to = bet.to ?? null;
  const inside = x => Number.isFinite(x) && x >= kept.low && x <= kept.high;
  const whole = Number.isInteger(kept.digits) && kept.digits >= 0 && kept.digits <= 6;
  if (!(kept.low < kept.high) || !inside(kept.guess) || !inside(kept.truth) || !whole) return null;
  const alone = kept.from === null && kept.to === null;
  const around = inside(kept.from) && inside(kept.to) && kept.from <= kept.guess && kept.guess <= kept.to;
  return alone || around ? kept : null;
}

const store = {
  memory: {},
  works: true,
  other: false, // whether bets are kept that this edition of the book cannot read
  strange: false, // whether they stand where this edition will write
  read() {
    let found = null;
    try {
      found = JSON.parse(localStorage.getItem(KEY) || "{}");
    } catch (reason) {
      if (!(reason instanceof SyntaxError)) {store.works = false; return {...store.memory};}
      found = "cut off";
    }
    const kept = store.clean(found);
    store.strange = Object.keys(found?.bets ?? found ?? {}).length > Object.keys(kept).length;
    store.other = store.strange || store.listAside().length > 0;
    return kept;
  },
  forget() {
    store.write({});
    if (store.works) for (const place of store.listAside()) localStorage.removeItem(place);
    store.other = false;
  },
  listAside: () => Object.keys(localStorage).filter(place => place.startsWith(`${KEY}-other`)),
  // What another edition has kept is never written over: it is moved aside first, beside what was before.
  moveAside() {
    store.read();
    const places = store.listAside(), text = localStorage.getItem(KEY);
    if (!store.strange || places.some(place => localStorage.getItem(place) === text)) return;
    localStorage.setItem(places.length ? `${KEY}-other-${places.length + 1}` : `${KEY}-other`, text);
  },
  clean(found) {
    const bets = found && found.format === FORMAT && found.version === VERSION && found.bets;
    const kept = {};
    for (const [slug, bet] of Object.entries(bets && typeof bets == "object" ? bets : {}).slice(0, MOST)) {
      const one = checkBet(slug, bet);
      if (one) kept[slug] = one;
    }
    return kept;
  },
  pack: bets => JSON.stringify({format: FORMAT, version: VERSION, bets}),
  write(bets) {
    store.memory = bets;
    try {
      store.moveAside();
      localStorage.setItem(KEY, store.pack(bets));
    } catch {
      store.works = false;
    }
    dispatchEvent(new Event(KEY));
  },
  put(slug, bet) {
    const bets = store.read();
    if (bet) bets[slug] = checkBet(slug, bet); else delete bets[slug];
    store.write(bets);
  },
};

// JupyterLab runs a script before its output is in the page, so look again for a while.
function wakeAll(kind, wake, n = 50) {
  const found = document.querySelectorAll(`[data-musicgan-${kind}]:not([data-waking])`);
  for (const root of found) {
    root.dataset.waking = 1;
    wake(root, JSON.parse(root.dataset.about), name => root.querySelector(`[data-role=${name}]`));
    root.dataset.ready = 1;
  }
  if (!found.length && n) setTimeout(wakeAll, 100, kind, wake, n - 1);
}
