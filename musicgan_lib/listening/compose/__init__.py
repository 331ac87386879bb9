"""Compose in the page: a generator that runs in the reader's browser, and plays what it writes."""

from .model_files import LARGEST, PageModel, export
from .panel import panel

__all__ = ["LARGEST", "PageModel", "export", "panel"]
