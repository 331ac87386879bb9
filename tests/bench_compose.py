"""How fast the engine writes in a browser, one core, beside PyTorch writing one piece; part of tests/bench.py."""

import shutil
import time

import numpy as np
import torch
from compose_page import load, open_engine
from conftest import CHROMIUM_FLAGS

from musicgan_lib import systems
from musicgan_lib.experiments import page_models, records, training

TOKENS = 64
WRITE = """n => {
  const stepper = engine.makeStepper(model);
  const random = engine.seedRandom(21);
  const write = () => {
    let memory = stepper.begin();
    for (let i = 0; i < n; i++) memory = stepper.advance(memory, stepper.draw(memory, random, 1));
  };
  write();
  const begun = performance.now();
  write();
  return (performance.now() - begun) / n;
}"""


def time_pytorch(recorded: page_models.Recorded) -> float:
    """Milliseconds a token of the library's own sampler, one piece at a time."""
    system = systems.find(recorded.system)
    config = system.configure(recorded.variant, "cpu", recorded.corpus)
    data = system.game.encode(config, recorded.corpus)
    module = system.game.build(config, data, 0).modules[system.game.generator]
    training.load_weights(module, records.open(recorded.artifact)).eval()
    began = time.perf_counter()
    module.sample(1, TOKENS, torch.Generator().manual_seed(0))
    return 1000 * (time.perf_counter() - began) / TOKENS


def main() -> None:
    from playwright.sync_api import sync_playwright

    torch.set_num_threads(1)
    with sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
        )
        for recorded in page_models.RECORDED:
            page, context = open_engine(browser)
            load(page, page_models.find(f"{recorded.system}/{recorded.variant}"))
            here = float(np.median([page.evaluate(WRITE, TOKENS) for _ in range(5)]))
            there = float(np.median([time_pytorch(recorded) for _ in range(3)]))
            told = f"{1000 / here:.0f} tokens a second in the page (wanted: at least 100)"
            print(f"{recorded.name}: {told}, {there / here:.1f} times PyTorch")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
