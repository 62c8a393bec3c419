"""The detectors: a module each that declares `DETECTOR`. A new one is one file here and one test beside the others."""
