"""What the tests of composing share: the engine in a page, networks as its files,
a generator from numpy's point of view.
"""

import numpy as np

from musicgan_lib.listening.compose.model_files import PageModel, pack, quantise
from musicgan_lib.listening.compose.panel import engine


def open_engine(browser):
    """A page with the engine as ``engine``, and helpers that the tests call; gives the page and its context."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.set_content("<!doctype html><title>engine</title>")
    page.add_script_tag(content=f"window.engine = ({engine()})();{HELPERS}")
    return page, context


HELPERS = """
window.load = async text => {
  (0, eval)(text);
  const models = Object.values(window.musicganModels);
  window.musicganModels = {};
  window.model = await engine.unpackModel(models[0]);
};
window.runLayers = (nodes, moments) => {
  const states = {};
  return moments.map(inputs => {
    const values = {};
    const numbers = {};
    for (const [name, given] of Object.entries(inputs)) {
      if (typeof given === "number") numbers[name] = given;
      else values[name] = {rows: given.length, width: given[0].length, data: Float64Array.from(given.flat())};
    }
    for (const node of nodes) {
      const read = (node.in || []).map(name => values[name]);
      const weights = (node.weights || []).map(name => model.tensors[name]);
      values[node.out] = engine.LAYERS[node.op](node, read, weights, {numbers, states});
    }
    const {rows, width, data} = values[nodes.at(-1).out];
    return Array.from({length: rows}, (_, r) => Array.from(data.slice(r * width, (r + 1) * width)));
  });
};
window.trace = tokens => {  // the logits of every field of every token, given all before it
  const stepper = engine.makeStepper(model);
  const {keys = 0, channels = 1} = model.graph;
  let memory = stepper.begin();
  return tokens.map(token => {
    const asked = keys ? keys : token.length;
    const said = Array.from(
      {length: asked}, (_, i) => Array.from(stepper.logits(memory, i, token.slice(0, i * channels))));
    memory = stepper.advance(memory, token);
    return said;
  });
};
"""


def make_model(graph: dict, tensors: dict, **more) -> PageModel:
    """A model of a graph alone, whose music does not matter."""
    music = {"unit": "notes", "lengths": (8,), "tokens": 1, "codec": {"kind": "words"}}
    names = {"name": "probe", "label": "probe", "about": "a probe", "corpus": "chorales"}
    return PageModel(**names, may_travel=True, graph=graph, tensors=tensors, **music | more)


def load(page, model: PageModel, bits: int = 16) -> dict[str, np.ndarray]:
    """Hand a model to the page; returns the numbers that its weights stand for there."""
    page.evaluate("text => load(text)", pack(model, bits))
    return {name: quantise(array, bits)[2] for name, array in model.tensors.items()}
