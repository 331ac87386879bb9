// A blind listening study: pairs are drawn, heard and answered; the key is shown after the last answer.
// PREFERENCES (preferences.js) is filled in.
(() => {
PREFERENCES
const SIDES = ["first", "second"], LETTERS = ["A", "B"], QUESTIONS = ["prefers", "person"], REAL = "real";
const ENOUGH = 1; // seconds of each side, before it can be judged

function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
const press = (action, text, more) => make("button", {type: "button", "data-action": action, ...more}, text);

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt());
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

// What is imported keeps the rules of listening_pool.check_session, or is refused with the same sentence.
function check(session, about) {
  const want = (right, otherwise) => {
    if (!right) throw new Error(otherwise);
  };
  const isThing = x => x !== null && typeof x == "object" && !Array.isArray(x);
  const isText = (x, pattern) => typeof x == "string" && pattern.test(x);
  want(isThing(session) && session.format === about.format, "it holds no answers to this study");
  want(session.version === about.version, `it is not of version ${about.version} of this study`);
  want(isText(session.listener, /^[a-z0-9-]{4,40}$/), "its listener has no proper name");
  const {answers} = session;
  const some = Array.isArray(answers) && answers.length > 0 && answers.length <= about.answers;
  want(some, `it holds no 1 to ${about.answers} answers`);
  answers.forEach((one, i) => {
    const told = `answer ${i + 1}`;
    want(isThing(one), `${told} is none`);
    for (const side of SIDES) {
      const heard = one[side], names = ["system", "variant", "kind"];
      want(isThing(heard), `${told}, ${side}: nothing was heard`);
      const plain = names.every(name => isText(heard[name], /^[A-Za-z0-9_.,=+ -]{1,60}$/));
      want(plain, `${told}, ${side}: a name is no plain text`);
      const whole = Number.isInteger(heard.sample) && heard.sample >= 0 && heard.sample < 1000;
      want(whole, `${told}, ${side}: sample is no number from 0 to 999`);
    }
    const [a, b] = SIDES.map(side => one[side]);
    want(a.kind === b.kind, `${told} compares two kinds of music`);
    want(a.system !== b.system || a.variant !== b.variant, `${told} compares a system with itself`);
    for (const question of QUESTIONS)
      want(SIDES.includes(one[question]), `${told}: ${question} is neither first nor second`);
  });
  return session;
}

// Over all sessions: pairs with real music in which it was found, and who was preferred to whom.
function count(sessions) {
  const answers = sessions.flatMap(session => session.answers);
  const heard = new Set(answers.flatMap(one => SIDES.map(side => one[side].system)));
  const names = [REAL, ...[...heard].filter(name => name !== REAL).sort()];
  const wins = names.map(() => names.map(() => 0)), taken = new Map(), found = [0, 0];
  for (const one of answers) {
    const pair = SIDES.map(side => one[side].system), liked = one[one.prefers].system;
    const other = pair.find(name => name !== REAL);
    if (pair[0] !== pair[1]) wins[names.indexOf(liked)][names.indexOf(pair.find(name => name !== liked))]++;
    if (!pair.includes(REAL)) continue;
    const fooled = one[one.person].system !== REAL, [times, all] = taken.get(other) || [0, 0];
    taken.set(other, [times + fooled, all + 1]);
    found[0] += !fooled;
    found[1]++;
  }
  return {names, wins, taken, found};
}

// Pairs of one kind each, half of them with real music; what was chosen least comes first, so few samples come twice.
function plan(key, size, random) {
  const shuffle = list => {
    for (let i = list.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  };
  const clips = key.map(([system, variant, kind], i) => ({i, kind, real: system === REAL, by: `${system}/${variant}`}));
  const kinds = [...new Set(clips.map(clip => clip.kind))], usedClip = new Map(), usedBy = new Map();
  const times = (used, what) => used.get(what) || 0;
  const choose = fits => {
    const cost = clip => (clip.real ? 0 : 1000 * times(usedBy, clip.by)) + times(usedClip, clip.i);
    const best = shuffle(clips.filter(fits)).reduce((a, b) => cost(b) < cost(a) ? b : a);
    usedClip.set(best.i, times(usedClip, best.i) + 1);
    usedBy.set(best.by, times(usedBy, best.by) + 1);
    return best;
  };
  return shuffle([...Array(size).keys()]).map(n => {
    const kind = kinds[Math.floor(n / 2) % kinds.length], machine = clip => clip.kind === kind && !clip.real;
    const alone = new Set(clips.filter(machine).map(clip => clip.by)).size < 2;
    const one = choose(machine);
    const fits = n % 2 && !alone ? clip => machine(clip) && clip.by !== one.by : clip => clip.kind === kind && clip.real;
    return shuffle([one.i, choose(fits).i]);
  });
}

// Answers stay in this browser, where it lets a page keep something; a page opened from a file may keep nothing.
function openStore(place) {
  try {
    localStorage.setItem(`${place}-try`, 1);
    localStorage.removeItem(`${place}-try`);
  } catch {
    return null;
  }
  const tried = work => {
    try {
      return work();
    } catch {
      return null; // full, or forbidden since
    }
  };
  return {
    read: () => tried(() => JSON.parse(localStorage.getItem(place))),
    write: what => tried(() => localStorage.setItem(place, JSON.stringify(what))),
    forget: () => tried(() => localStorage.removeItem(place)),
  };
}

function isOwn(kept, clips) {
  const isClip = i => Number.isInteger(i) && i >= 0 && i < clips;
  const isPair = pair => Array.isArray(pair) && pair.length === 2 && pair.every(isClip);
  const isAnswer = one => one && QUESTIONS.every(question => SIDES.includes(one[question]));
  return Boolean(kept) && /^[a-z0-9]{12}$/.test(kept.listener) && Array.isArray(kept.pairs) && kept.pairs.length > 0 &&
    kept.pairs.every(isPair) && Array.isArray(kept.answers) && kept.answers.length <= kept.pairs.length && kept.answers.every(isAnswer);
}

const percent = share => `${Math.round(100 * share)} %`;
function tellShare(right, trials) {
  if (!trials) return "no pair";
  const [low, high] = preferences.interval(right, trials);
  return `${right} of ${trials}: ${percent(right / trials)} (${percent(low)} to ${percent(high)})`;
}
function layTable(head, rows) {
  const cells = (tag, words, more) => make("tr", {}, ...words.map(word => make(tag, more, word)));
  const body = rows.map(row => cells("td", row));
  return make("table", {}, make("thead", {}, cells("th", head, {scope: "col"})), make("tbody", {}, ...body));
}

async function wake(root) {
  root.dataset.waking = 1;
  const part = name => root.querySelector(`[data-role=${name}]`);
  const about = await unpack(part("about").textContent), {key} = about;
  const clips = JSON.parse(part("music").content.querySelector("[data-music]").dataset.music).p;
  const called = new Map(key.map(([system, , , , name]) => [system, name]));
  const name = system => called.get(system) || system;
  let seed = about.seed; // of a test; else chance is the browser's
  const random = () => {
    if (seed === null) return Math.random();
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const store = openStore(`musicgan-study-${about.edition}`), kept = store?.read();
  let own = isOwn(kept, clips.length) ? kept : null, others = [];
  const isDone = () => own !== null && own.answers.length === own.pairs.length;
  const stage = make("div"), said = make("p", {role: "status"});
  root.append(stage, said);

  function next() {
    if (!own) begin();
    else if (isDone()) tell();
    else ask();
  }
  const choose = () => make("label", {class: "mg-file"}, "Import answers",
    make("input", {type: "file", multiple: "", accept: ".json,application/json", "data-action": "import"}));
  function begin() {
    const sizes = about.sizes.map(n => press("begin", String(n), {"data-size": n, "aria-label": `Hear ${n} pairs`}));
    const text = "You hear two samples at a time, A and B, equally loud and equally long, and answer two questions. At least one " +
      "of the two is a machine's. Which was which you learn after the last pair. How many pairs?";
    stage.replaceChildren(make("p", {}, text), make("div", {class: "mg-keys"}, ...sizes, choose()));
    said.textContent = store ? "" : "This browser keeps nothing for this page: hear all pairs in one sitting.";
  }

  function ask() {
    const number = own.answers.length, many = own.pairs.length, seconds = [0, 0];
    const takes = own.pairs[number].map((i, side) => ({...clips[i], l: LETTERS[side]}));
    const music = JSON.stringify({h: `Pair ${number + 1} of ${many}`, p: takes, k: [], o: null});
    const box = make("div", {class: "mg-player", "data-musicgan-player": "", "data-music": music});
    const question = (what, text) => make("fieldset", {disabled: "", "data-question": what}, make("legend", {}, text),
      ...SIDES.map((side, i) => make("label", {}, make("input", {type: "radio", name: `mg-${what}`, value: side}), LETTERS[i])));
    const go = press("answer", number + 1 < many ? "Next pair" : "Show the key", {disabled: ""});
    const form = make("form", {}, question("prefers", "Which do you like better?"),
      question("person", "Which is more likely a person's?"), go);
    stage.replaceChildren(box, form);
    said.textContent = "Hear both, then answer.";
    document.head.append(make("script", {}, part("player").textContent));
    let before = 0;
    new MutationObserver(() => {
      const take = box.querySelector("[data-take][aria-pressed=true]"), now = Number(box.dataset.time);
      if (take && box.dataset.playing === "true" && now > before) seconds[take.dataset.take] += Math.min(now - before, 0.5);
      before = now;
      if (Math.min(...seconds) < ENOUGH || !form.querySelector("fieldset:disabled")) return;
      form.querySelectorAll("fieldset").forEach(field => field.disabled = false);
      said.textContent = "Now answer both questions.";
    }).observe(box, {attributes: true, attributeFilter: ["data-time", "data-playing"]});
    const chosen = what => form.querySelector(`[name=mg-${what}]:checked`)?.value;
    form.addEventListener("change", () => go.disabled = !QUESTIONS.every(chosen));
    form.addEventListener("submit", event => event.preventDefault());
    go.answer = () => Object.fromEntries(QUESTIONS.map(what => [what, chosen(what)]));
    (function focus(tries) {
      const play = box.querySelector("[data-action=play]");
      if (play) root.dataset.ready && play.focus();
      else if (tries) setTimeout(focus, 50, tries - 1);
    })(60);
  }

  const describe = i => Object.fromEntries(["system", "variant", "kind", "sample"].map((what, k) => [what, key[i][k]]));
  function exported() {
    const answers = own.answers.map((one, n) => ({first: describe(own.pairs[n][0]), second: describe(own.pairs[n][1]), ...one}));
    return {format: about.format, version: about.version, edition: about.edition, listener: own.listener, answers};
  }
  function layKey() {
    const tellSide = (i, side) => {
      const [system, variant, , sample, words] = key[i];
      return `${LETTERS[side]}: ${words}${system === REAL ? "" : ` (${variant}, sample ${sample + 1})`}`;
    };
    const letter = side => LETTERS[SIDES.indexOf(side)];
    const lines = own.pairs.map((pair, n) => `${pair.map(tellSide).join("; ")}. You liked ${letter(own.answers[n].prefers)} ` +
      `and took ${letter(own.answers[n].person)} for a person's.`);
    return make("details", {}, make("summary", {}, "The key"), make("ol", {}, ...lines.map(line => make("li", {}, line))));
  }
  function tell() {
    const sessions = [...isDone() ? [exported()] : [], ...others], {names, wins, taken, found} = count(sessions);
    const strengths = preferences.bradleyTerry(wins, about.tie);
    const liked = names.map((system, i) => [system, strengths[i]]).filter(([system, s]) => system !== REAL && s !== null);
    liked.sort((a, b) => b[1] - a[1]);
    const chance = s => 1 / (1 + Math.exp(strengths[0] - s));
    const who = sessions.length > 1 ? `${sessions.length} listeners` : isDone() ? "You" : "One listener";
    const head = make("h3", {tabindex: -1}, "What was heard");
    stage.replaceChildren(
      head,
      make("p", {"data-role": "score"}, `${who} found the person's music in ${tellShare(...found)} of the pairs that held some. A coin finds it in half. The brackets hold the exact 95 % interval.`),
      make("h4", {}, "Taken for a person's, against real music"),
      layTable(["system", "how often"], [...taken].map(([system, [times, all]]) => [name(system), tellShare(times, all)])),
      make("h4", {}, "Liked better than real music"),
      layTable(["system", "estimated chance"], liked.map(([system, s]) => [name(system), percent(chance(s))])),
      make("p", {}, "These chances are Bradley and Terry's, from all pairs together. With few answers they are rough."),
      ...isDone() ? [layKey()] : [],
      make("div", {class: "mg-keys"}, ...isDone() ? [press("export", "Export answers")] : [], choose(),
        press("again", own ? "Forget these and start again" : "Start")),
    );
    Object.assign(root.dataset, {found: found.join("/"), sessions: sessions.length});
    if (root.dataset.ready) head.focus();
  }

  function newListener() {
    const bytes = crypto.getRandomValues(new Uint8Array(6));
    return [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");
  }
  const act = {
    begin: button => {
      own = {listener: newListener(), pairs: plan(key, Number(button.dataset.size), random), answers: []};
      store?.write(own);
      next();
    },
    answer: button => {
      own.answers.push(button.answer());
      store?.write(own);
      next();
    },
    again: () => {
      own = null;
      others = [];
      store?.forget();
      next();
    },
    export: () => {
      const file = new Blob([JSON.stringify(exported(), null, 1)], {type: "application/json"});
      const link = make("a", {href: URL.createObjectURL(file), download: `listening-${own.listener}.json`});
      root.append(link);
      link.click();
      link.remove();
    },
  };
  root.addEventListener("click", ({target}) => {
    const button = target.closest("button[data-action]");
    if (button && !target.closest(".mg-player")) act[button.dataset.action]?.(button);
  });

  async function read(file) {
    if (file.size > about.bytes) throw new Error(`it is larger than ${about.bytes / 1000} kB, which no export is`);
    let content;
    try {
      content = JSON.parse(await file.text());
    } catch {
      throw new Error("it is not JSON");
    }
    const session = check(content, about);
    const known = [own, ...others].some(other => other?.listener === session.listener);
    if (known) throw new Error(`the answers of listener ${session.listener} are there already`);
    return session;
  }
  root.addEventListener("change", async ({target}) => {
    if (target.dataset.action !== "import") return;
    const refused = [], before = others.length;
    for (const file of [...target.files]) {
      try {
        others.push(await read(file));
      } catch (reason) {
        refused.push(`${file.name}: ${reason.message}.`);
      }
    }
    target.value = "";
    if (others.length > before && (!own || isDone())) tell();
    said.textContent = [`Imported: ${others.length - before}.`, ...refused].join(" ");
  });
  root.study = {...preferences, plan: (size, chance = random) => plan(key, size, chance), key};
  next();
  root.dataset.ready = 1;
}

// JupyterLab runs this before the output is in the page, so look again for a while.
(function find(n) {
  const found = document.querySelectorAll("[data-musicgan-study]:not([data-waking])");
  found.forEach(wake);
  if (!found.length && n) setTimeout(find, 100, n - 1);
})(50);
})();
