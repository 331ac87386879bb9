// The claims, filtered by verdict and by words; a link to a claim opens it.
function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
function wake(root) {
  root.dataset.waking = 1;
  const claims = [...root.querySelectorAll(".mg-claim")], papers = [...root.querySelectorAll(".mg-claims-paper")];
  const words = claims.map(claim => (claim.closest(".mg-claims-paper").querySelector("summary").textContent + claim.textContent).toLowerCase());
  const wanted = new Set(), kinds = root.dataset.kinds.split(" ").filter(kind => claims.some(claim => claim.dataset.verdict == kind));
  const search = make("input", {type: "search", placeholder: "any word of a claim, a run, a control", "aria-label": "Words that a claim has to hold"});
  const chips = kinds.map(kind => {
    const count = claims.filter(claim => claim.dataset.verdict == kind).length;
    return make("button", {type: "button", "aria-pressed": false, "data-verdict": kind}, make("i", {class: "mg-mark"}), `${kind.replaceAll("-", " ")} ${count}`);
  });
  const open = make("button", {type: "button", "data-action": "open"}, "Open all papers"), said = make("p", {role: "status"});
  root.querySelector("[data-role=ask]").append(make("div", {}, ...chips), make("div", {}, search, open), said);
  function show() {
    const asked = search.value.toLowerCase().split(/\s+/).filter(Boolean), any = wanted.size || asked.length;
    claims.forEach((claim, i) => {
      claim.hidden = !((!wanted.size || wanted.has(claim.dataset.verdict)) && asked.every(word => words[i].includes(word)));
    });
    for (const paper of papers) {
      const left = paper.querySelectorAll(".mg-claim:not([hidden])").length;
      paper.hidden = !left;
      if (any) paper.open = left > 0;
    }
    const left = claims.filter(claim => !claim.hidden).length;
    said.textContent = any ? `${left} of ${claims.length} claims` : `${claims.length} claims of ${papers.length} papers; open a paper, or choose a verdict.`;
  }
  for (const chip of chips) chip.addEventListener("click", () => {
    const kind = chip.dataset.verdict;
    if (!wanted.delete(kind)) wanted.add(kind);
    chip.setAttribute("aria-pressed", wanted.has(kind));
    show();
  });
  search.addEventListener("input", show);
  open.addEventListener("click", () => {
    const all = papers.every(paper => paper.open);
    for (const paper of papers) paper.open = !all;
    open.textContent = all ? "Open all papers" : "Close all papers";
  });
  function seek() {
    const claim = claims.find(one => one.id == location.hash.slice(1));
    if (!claim) return;
    wanted.clear();
    search.value = "";
    for (const chip of chips) chip.setAttribute("aria-pressed", false);
    show();
    claim.closest(".mg-claims-paper").open = claim.open = true;
    claim.scrollIntoView({block: "center"});
  }
  addEventListener("hashchange", seek);
  show();
  seek();
  root.dataset.ready = 1;
}
// JupyterLab runs this before the output is in the page, so look again for a while.
(function find(n) {
  const found = document.querySelectorAll("[data-musicgan-claims]:not([data-waking])");
  found.forEach(wake);
  if (!found.length && n) setTimeout(find, 100, n - 1);
})(50);
