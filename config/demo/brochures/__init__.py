"""The made-up brochures, set by Typst as PDF files."""

from config.demo.brochures.setting import Brochure, brochures, pdf

__all__ = ["Brochure", "brochures", "pdf"]
