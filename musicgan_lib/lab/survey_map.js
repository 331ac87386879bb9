// The map of systems: a mark that is hovered, tapped or focused tells two sentences; filters fade the others.
document.querySelectorAll("[data-musicgan-map]:not([data-ready])").forEach(root => {
  root.dataset.ready = 1;
  const known = JSON.parse(root.querySelector("script[type='application/json']").textContent);
  const card = root.querySelector(".mg-card"), marks = [...root.querySelectorAll("button[data-id]")];
  const of = mark => known.find(one => one.id === mark.dataset.id);
  const add = (tag, text, parent) => {
    const made = document.createElement(tag);
    made.textContent = text;
    parent.append(made);
    return made;
  };
  const show = mark => {
    const one = of(mark);
    marks.forEach(other => other.setAttribute("aria-pressed", other === mark));
    card.replaceChildren();
    add("strong", `${one.name} (${one.year})`, card);
    add("p", one.mechanism, card);
    add("p", `${one.state}. ${one.meaning}`, card);
    const line = add("p", `${one.citation}. `, card);
    if (one.page) add("a", "Open its page", line).href = one.page;
  };
  const asked = () => Object.fromEntries([...root.querySelectorAll("[data-filter]")].map(field => [field.dataset.filter, field.value]));
  const fits = (one, want) =>
    (!want.family || one.family === want.family) &&
    (!want.state || one.state === want.state) &&
    (!want.data || one.data.split(", ").includes(want.data)) &&
    want.words.toLowerCase().split(/\s+/).every(word => `${one.name} ${one.citation} ${one.mechanism} ${one.year}`.toLowerCase().includes(word));
  const filter = () => {
    const want = asked();
    marks.forEach(mark => mark.classList.toggle("mg-faded", !fits(of(mark), want)));
    const left = marks.filter(mark => !mark.classList.contains("mg-faded"));
    root.dataset.left = left.length;
    if (left.length === 1) show(left[0]);
  };
  marks.forEach(mark => {
    mark.addEventListener("mouseenter", () => show(mark));
    mark.addEventListener("focus", () => show(mark));
    mark.addEventListener("click", () => show(mark));
  });
  root.querySelectorAll("[data-filter]").forEach(field => field.addEventListener("input", filter));
  filter();
});
