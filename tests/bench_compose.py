"""How fast the engine writes in a browser, one core, and how far its logits are from PyTorch's; part of tests/bench.py."""

import shutil

import numpy as np
import torch
from compose_page import load, open_engine
from conftest import CHROMIUM_FLAGS

from musicgan_lib.experiments import page_models

WRITE = """n => {
  const stepper = engine.makeStepper(model);
  const random = engine.seedRandom(21);
  const write = n => {
    let memory = stepper.begin();
    for (let i = 0; i < n; i++) memory = stepper.advance(memory, stepper.draw(memory, random, 1));
  };
  write(n);
  const begun = performance.now();
  write(n);
  return (performance.now() - begun) / n;
}"""


def main() -> None:
    from playwright.sync_api import sync_playwright

    torch.set_num_threads(1)
    with sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
        )
        for name in page_models.names():
            page, context = open_engine(browser)
            model = page_models.find(name)
            load(page, model)
            times = [page.evaluate(WRITE, 64) for _ in range(3)]
            print(f"{name}: {1000 / np.median(times):.0f} tokens a second")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
