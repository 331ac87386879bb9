"""Compose in the page: a generator that runs in the reader's browser, and plays what it writes."""

from .model_files import LARGEST, PageModel, export
from .panel import panel, write_static

__all__ = ["LARGEST", "PageModel", "export", "panel", "write_static"]
