// The panel: controls, two takes that fill up, one clock. Whatever a reader types, drops or follows as a link is checked,
// and shown as text alone.
function openPanel(panel) {
  panel.dataset.ready = 1;
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-label", "Compose: a generator writes music");
  panel.insertAdjacentHTML("beforeend", LAYOUT);
  const desk = new Desk(panel, JSON.parse(panel.dataset.compose));
  const takes = [0, 1].map(() => new Take(changed));
  const playback = new Playback(panel, takes, refresh);
  let waiting = 0;
  const writing = () => takes.some(t => !t.done);
  const end = () => Math.max(...takes.map(t => t.length));
  const stop = () => takes.forEach(t => t.stop());

  function compose(play) {
    desk.trying(() => {
      desk.readText();
      const asked = desk.settings;
      const models = desk.chosen;
      stop();
      playback.rewind(play);
      playback.heard = Math.min(playback.heard, models.length - 1);
      takes.slice(models.length).forEach(t => t.clear());
      delete panel.dataset.written;
      desk.say("Writing…");
      const letters = models.length > 1 ? ["A: ", "B: "] : [""];
      Promise.all(models.map((m, k) => takes[k].compose(m, asked))).then(said => {
        desk.part("said").textContent = said.flatMap((words, k) => words.map(w => letters[k] + w)).join(" ");
      });
      refresh();
    });
  }

  function changed() {
    if (writing()) playback.notice();
    else settle();
    if (!waiting) waiting = requestAnimationFrame(refresh);
  }

  // All is written: both takes get their loudness, and what waits for it plays.
  async function settle() {
    const jobs = takes.map(t => t.job);
    const written = takes.filter(t => t.about);
    for (const take of written) await take.measure();
    if (writing() || takes.some((t, k) => t.job !== jobs[k])) return;
    playback.adjust();
    playback.notice();
    const counts = written.map(t => many(t.notes.filter(n => !n.given).length, "new note"));
    const told = counts.map((n, k) => counts.length > 1 ? `${"AB"[k]}: ${n}` : n).join(", ");
    desk.say(sentence(written.map(t => t.failed).find(Boolean) || told));
    panel.dataset.written = written.map(t => t.notes.length).join(" ");
    refresh();
  }

  function refresh() {
    waiting = 0;
    const now = playback.where();
    const shown = takes.filter(t => t.about).length;
    panel.dataset.time = now.toFixed(3);
    panel.dataset.playing = Boolean(playback.now);
    panel.dataset.writing = writing();
    desk.action("compose").textContent = writing() ? "Stop" : "Compose";
    setFace(desk.action("play"), playback.now);
    for (const name of ["play", "seek", "midi"]) desk.action(name).disabled = !playback.take.notes.length;
    desk.action("seek").max = end().toFixed(2);
    desk.action("seek").value = now;
    desk.action("seek").setAttribute("aria-valuetext", `${clock(now)} of ${clock(end())}`);
    desk.part("time").textContent = `${clock(now)} / ${clock(end())}`;
    desk.part("written").hidden = !shown;
    desk.part("heard").hidden = shown < 2;
    takes.forEach((take, k) => {
      panel.querySelector(`button[data-take="${k}"]`).setAttribute("aria-pressed", k === playback.heard);
      const canvas = panel.querySelector(`canvas[data-take="${k}"]`);
      canvas.hidden = !take.about;
      if (!take.about) return;
      const quiet = shown > 1 && k !== playback.heard;
      const following = writing() && !playback.now;
      paintRoll(canvas, take, {now, end: end(), quiet, letter: shown > 1 && "AB"[k], following});
    });
  }

  const act = {
    compose: () => writing() ? stop() : compose(true),
    play: () => playback.now ? playback.halt() : playback.start(),
    dice: () => {
      desk.action("seed").value = Math.floor(Math.random() * 1e6);
    },
    clear: () => desk.setOpening([]),
    file: () => desk.action("files").click(),
    example: control => desk.setOpening(readOpening(control.dataset.text)),
    hear: control => playback.hear(Number(control.dataset.take)),
    midi: () => {
      const {take} = playback;
      saveFile(panel, midi(take.piece(take.title)), `${take.about.name}-${take.seed}.mid`);
    },
    link: () => desk.trying(() => {
      const link = desk.writeLink();
      Object.assign(desk.part("link"), {value: link, hidden: false});
      desk.part("link").select();
      history.replaceState(null, "", link);
      const copied = navigator.clipboard ? navigator.clipboard.writeText(link) : Promise.reject();
      copied.then(() => desk.say("The link is copied."), () => desk.say("Copy the link from the field above."));
    }),
  };
  panel.addEventListener("click", e => {
    const control = e.target.closest("button[data-action]");
    if (control && act[control.dataset.action]) act[control.dataset.action](control);
  });
  desk.action("model").onchange = () => desk.showChoice();
  desk.action("beside").onchange = () => desk.showChoice();
  desk.action("temperature").oninput = () => desk.showTemperature();
  desk.action("opening").onchange = () => desk.trying(() => desk.readText());
  desk.action("opening").onkeydown = e => {
    if (e.key === "Enter") compose(true);
  };
  desk.action("files").onchange = () => desk.readFile(desk.action("files").files[0]);
  desk.action("seek").oninput = e => playback.seek(Number(e.target.value));
  desk.part("opening").ontoggle = () => desk.paintBoard();
  for (const canvas of panel.querySelectorAll("canvas[data-take]")) {
    canvas.onclick = e => playback.seek(timeAt(canvas, e, playback.where(), end()));
  }
  panel.addEventListener("dragover", e => {
    e.preventDefault();
    panel.dataset.over = 1;
  });
  for (const event of ["dragleave", "drop"]) panel.addEventListener(event, () => delete panel.dataset.over);
  panel.addEventListener("drop", e => {
    e.preventDefault();
    desk.part("opening").open = true;
    desk.readFile(e.dataTransfer.files[0]);
  });
  const repaint = () => {
    refresh();
    desk.paintBoard();
  };
  const follow = () => {
    if (!desk.followLink()) return;
    panel.scrollIntoView({block: "center"});
    compose(false);
  };
  new ResizeObserver(repaint).observe(panel);
  new MutationObserver(repaint).observe(D.documentElement, {attributes: true, attributeFilter: ["data-theme", "theme"]});
  matchMedia("(prefers-color-scheme:dark)").addEventListener("change", repaint);
  W.addEventListener("hashchange", follow);
  panel.takes = takes;  // what tests ask
  refresh();
  follow();
}

if (!D.querySelector("#mg-compose-style")) {
  D.head.append(Object.assign(D.createElement("style"), {id: "mg-compose-style", textContent: STYLE}));
}
// JupyterLab runs this before the output is in the page, so look again for a while.
(function find(n) {
  const found = D.querySelectorAll("[data-musicgan-compose]:not([data-ready])");
  found.forEach(openPanel);
  if (!found.length && n) setTimeout(find, 100, n - 1);
})(50);
