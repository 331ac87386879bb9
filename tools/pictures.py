"""Take the pictures of README and of shared links from the built pages: what is shown there is what a reader meets.

    python tools/pictures.py      after make book; needs a Chromium

Writes ``book/_static/pictures/*.png`` and ``book/_static/card.png``, in 128 colours, so that each stays small.
"""

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
HTML, STATIC = ROOT / "_build" / "html", ROOT / "book" / "_static"
#: Name of a picture -> its page, the element that it shows (empty: the first screen), and what is pressed before.
PICTURES = {
    "cover": ("book/index", "", ()),
    "map": ("book/lab/landscape", "[data-musicgan-map]", ("[data-musicgan-map] button[data-id]",)),
    "compose": ("book/lab/compose", "[data-musicgan-compose]", ("[data-action=compose]",)),
}
CARD = (1200, 630)
TALL = 2000  # of the window, so that an element is in it whole
COLOURS = 128


def shrink(content: bytes, size: tuple[int, int] | None = None) -> Image.Image:
    """A picture in few colours, cut to a size from its upper left corner."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    if size is not None:
        picture = picture.crop((0, 0, *size))
    return picture.quantize(COLOURS)


def take(browser, page_name: str, element: str, pressed) -> bytes:
    """One page as it stands after the buttons were pressed, and what they started has ended."""
    height = TALL if element else CARD[1]
    context = browser.new_context(viewport={"width": CARD[0], "height": height}, offline=True)
    page = context.new_page()
    page.add_init_script(
        "localStorage.setItem('mode', 'light'); localStorage.setItem('theme', 'light')"
    )
    page.goto((HTML / f"{page_name}.html").as_uri(), wait_until="load")
    page.wait_for_timeout(1500)
    for button in pressed:
        page.locator(button).first.click()
        page.wait_for_timeout(6000)
    shown = page.locator(element).first if element else page
    content = shown.screenshot()
    context.close()
    return content


def main() -> None:
    (STATIC / "pictures").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, asked in PICTURES.items():
            content = take(browser, *asked)
            shrink(content).save(STATIC / "pictures" / f"{name}.png", optimize=True)
            if name == "cover":
                shrink(content, CARD).save(STATIC / "card.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
