// What a reader has done, kept in this browser alone: pages read to their end, quizzes, exercises; bets have a store of
// their own (bet_store.js), which is counted here and travels in the same file. What a file holds is data, never markup.
(() => {
  const KEY = "musicgan-progress", BETS = "musicgan-bets", FORMAT = "musicgan progress", VERSION = 1;
  const MOST = 2000, LONGEST = 400, LARGEST = 1 << 20, NAME = /^[a-z0-9]+([-_/][a-z0-9]+)*$/;
  const memory = new Map();
  let works = true, other = false; // other: something is kept that this edition of the book cannot read

  const isName = name => typeof name == "string" && name.length <= LONGEST && NAME.test(name);
  const isPlain = value => value !== null && typeof value == "object" && !Array.isArray(value);
  function takeList(found, kind) {
    const names = isPlain(found) && Array.isArray(found[kind]) ? found[kind] : [];
    return [...new Set(names.slice(0, MOST).filter(isName))];
  }
  function takePairs(found, kind, fits) {
    const pairs = isPlain(found) && isPlain(found[kind]) ? Object.entries(found[kind]) : [];
    return Object.fromEntries(pairs.slice(0, MOST).filter(([name, value]) => isName(name) && fits(value)));
  }
  const clean = found => ({
    pages: takeList(found, "pages"), exercises: takeList(found, "exercises"),
    quizzes: takePairs(found, "quizzes", right => typeof right == "boolean"),
    bets: takePairs(found, "bets", bet => isPlain(bet) && JSON.stringify(bet).length <= 8 * LONGEST),
  });

  function load(key) {
    if (!works && memory.has(key)) return memory.get(key);
    try {
      return JSON.parse(localStorage.getItem(key) || "null");
    } catch (reason) {
      if (reason instanceof SyntaxError) return "cut off";
      works = false;
      return memory.get(key) ?? null;
    }
  }
  function save(key, value) {
    memory.set(key, value);
    try {
      moveAside(key);
      if (value) localStorage.setItem(key, JSON.stringify(value)); else localStorage.removeItem(key);
    } catch {
      works = false;
    }
    dispatchEvent(new Event(key));
  }
  const isOwn = found => isPlain(found) && found.version === VERSION;
  const listAside = key => Object.keys(localStorage).filter(place => place.startsWith(`${key}-other`));
  // Read anew before each change, for there may be other tabs.
  function read() {
    const kept = [load(KEY), load(BETS)];
    other = kept.some(found => found !== null && !isOwn(found)) || [KEY, BETS].some(key => load(`${key}-other`) !== null);
    const [own, bets] = kept.map(found => isOwn(found) ? found : {});
    return {...clean(own), bets: clean(bets).bets};
  }
  // What another edition has kept, or nobody can read, is never written over: it is moved aside, beside what was before.
  function moveAside(key) {
    const text = localStorage.getItem(key), found = text === null ? null : load(key), places = listAside(key);
    if (found === null || isOwn(found) || places.some(place => localStorage.getItem(place) === text)) return;
    localStorage.setItem(places.length ? `${key}-other-${places.length + 1}` : `${key}-other`, text);
  }
  function write({pages, exercises, quizzes}) {
    save(KEY, {format: FORMAT, version: VERSION, pages, exercises, quizzes});
  }
  function change(edit) {
    const kept = read();
    edit(kept);
    write(kept);
  }

  // A quiz: the option that was opened first is the answer, by mouse or by key.
  function tellQuizzes() {
    const {quizzes} = read();
    for (const quiz of document.querySelectorAll("[data-quiz]")) {
      let told = quiz.querySelector(".mg-quiz-told");
      if (!told) {
        told = document.createElement("p");
        told.className = "mg-quiz-told";
        told.setAttribute("role", "status");
        quiz.append(told);
      }
      const name = quiz.dataset.quiz, right = quizzes[name];
      told.textContent = !Object.hasOwn(quizzes, name) ? "" : right ? "You chose the right option first." : "You chose another option first.";
    }
  }
  document.addEventListener("click", event => {
    const option = event.target.closest?.("[data-quiz] > details > summary")?.parentElement;
    if (!option || option.open) return;
    const name = option.parentElement.dataset.quiz;
    if (!isName(name) || Object.hasOwn(read().quizzes, name)) return;
    change(kept => {kept.quizzes[name] = option.querySelector("[data-right]") !== null;});
  });

  // An exercise is passed where its notebook runs; here the reader says so.
  function tellExercises() {
    const {exercises} = read();
    for (const verdict of document.querySelectorAll("[data-exercise]")) {
      const name = verdict.dataset.exercise;
      let tick = verdict.parentElement.querySelector(".mg-tick input");
      if (!tick) {
        const label = document.createElement("label");
        tick = Object.assign(document.createElement("input"), {type: "checkbox"});
        label.className = "mg-tick";
        label.append(tick, ` I passed ${name} in a notebook`);
        verdict.after(label);
        tick.addEventListener("change", () => change(kept => {
          kept.exercises = [...kept.exercises.filter(other => other !== name), ...(tick.checked ? [name] : [])];
        }));
      }
      tick.checked = exercises.includes(name);
    }
  }

  // A page is read when its end has been on the screen.
  function watchEnd() {
    const name = decodeURIComponent(location.pathname).match(/\/book\/([^.]+)\.html$/)?.[1];
    const end = document.querySelector(".prev-next-footer");
    if (!isName(name) || name == "index" || !end) return;
    const watch = new IntersectionObserver(seen => {
      if (!seen.some(one => one.isIntersecting)) return;
      watch.disconnect();
      change(kept => {kept.pages = [...kept.pages.filter(page => page !== name), name];});
    });
    watch.observe(end);
  }

  // The cover: how far the reader is, part by part, and what to do with it.
  function wakePanel(panel) {
    const part = name => panel.querySelector(`[data-role=${name}]`), said = part("said");
    const parts = JSON.parse(part("index").textContent), pages = parts.flatMap(one => one.pages), back = part("back");
    const [save_, forget] = ["export", "forget"].map(name => panel.querySelector(`[data-action=${name}]`));
    const input = panel.querySelector("input");
    document.querySelector("article h1").after(back);
    panel.hidden = false;

    function count(of, kept) {
      const made = slug => Object.hasOwn(kept.bets, slug) && Number.isFinite(kept.bets[slug].guess);
      const tell = (kind, does) => {
        const all = of.pages.flatMap(page => kind == "pages" ? [page.name] : page[kind]);
        return [kind, all.filter(does).length, all.length];
      };
      return [tell("pages", name => kept.pages.includes(name)), tell("exercises", name => kept.exercises.includes(name)),
        tell("quizzes", name => Object.hasOwn(kept.quizzes, name)), tell("bets", made)];
    }
    function findNext(kept) {
      const latest = kept.pages.findLast(name => pages.some(page => page.name === name));
      const from = pages.findIndex(page => page.name === latest) + 1, open = page => !kept.pages.includes(page.name);
      return pages.slice(from).find(open) ?? pages.find(open);
    }
    function paint() {
      const kept = read(), all = {pages: 0, exercises: 0, quizzes: 0, bets: 0};
      parts.forEach((one, at) => {
        const row = panel.querySelectorAll("tbody tr")[at];
        for (const [kind, done, known] of count(one, kept)) {
          const cell = row.querySelector(`[data-kind=${kind}]`);
          all[kind] += done;
          cell.textContent = known ? `${done} of ${known}` : "–";
          cell.style.setProperty("--share", known ? done / known : 0);
        }
      });
      const some = Object.values(all).some(Boolean), next = findNext(kept);
      for (const place of [part("next"), back]) {
        const link = place.querySelector("a");
        place.hidden = !some || !next;
        if (next) Object.assign(link, {textContent: next.title, href: `${next.name}.html`});
      }
      const known = new Set(pages.flatMap(page => page.quizzes));
      const first = Object.entries(kept.quizzes).filter(([name, right]) => right && known.has(name)).length;
      part("told").textContent = !some ? "Nothing yet: read a page to its end, answer a quiz or place a bet, and this table fills." :
        all.quizzes ? `Of ${all.quizzes} ${all.quizzes == 1 ? "quiz" : "quizzes"} you chose the right option first in ${first}.` : "";
      save_.disabled = forget.disabled = !Object.values(kept).some(of => Object.keys(of).length);
      forget.textContent = "Forget everything";
      delete forget.dataset.sure;
      if (other) said.textContent = "This browser also keeps progress that this edition of the book cannot read. It stays, and is not counted.";
      if (!works) said.textContent = "This browser keeps nothing for this page: what you do is lost when you leave it.";
    }

    save_.addEventListener("click", () => {
      const packed = JSON.stringify({format: FORMAT, version: VERSION, ...read()}, null, 1), link = part("file");
      link.href = URL.createObjectURL(new Blob([packed], {type: "application/json"}));
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      said.textContent = "Your progress is in progress.json.";
    });
    forget.addEventListener("click", () => {
      if (!forget.dataset.sure) {
        forget.dataset.sure = 1;
        forget.textContent = "Really forget all, bets too? Press again";
        return;
      }
      save(KEY, null);
      save(BETS, null);
      for (const place of works ? [KEY, BETS].flatMap(listAside) : []) localStorage.removeItem(place);
      said.textContent = "Everything is forgotten.";
      paint();
    });
    input.addEventListener("change", async () => {
      const [file] = input.files;
      if (!file) return;
      try {
        if (file.size > LARGEST) throw new Error("it is larger than a megabyte");
        const found = JSON.parse(await file.text());
        if (found?.format !== FORMAT) throw new Error("it holds no progress of this book");
        if (found.version !== VERSION) throw new Error(`it is not of version ${VERSION}, which this page reads`);
        const come = clean(found), here = read(), both = (a, b) => [...new Set([...a, ...b])];
        write({pages: both(come.pages.filter(page => !here.pages.includes(page)), here.pages),
          exercises: both(come.exercises, here.exercises), quizzes: {...come.quizzes, ...here.quizzes}});
        save(BETS, {format: "musicgan bets", version: VERSION, bets: {...come.bets, ...here.bets}});
        said.textContent = "The file was read; where it and this browser disagree, what was here stays.";
        paint();
      } catch (reason) {
        said.textContent = `The file was not read: ${reason instanceof SyntaxError ? "it is not JSON" : reason.message}.`;
      }
      input.value = "";
    });
    for (const event of ["storage", KEY, BETS, "pageshow"]) addEventListener(event, paint);
    paint();
  }

  const panel = document.querySelector("[data-musicgan-progress]");
  if (panel) wakePanel(panel);
  for (const tell of [tellQuizzes, tellExercises]) {
    for (const event of ["storage", KEY, "pageshow"]) addEventListener(event, tell);
    tell();
  }
  watchEnd();
})();
