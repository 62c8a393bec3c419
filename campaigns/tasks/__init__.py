"""Entry points of background work; one module a part. Celery finds them by this package."""

from importlib import import_module
from pkgutil import iter_modules

for module in sorted(iter_modules(__path__), key=lambda module: module.name):
    import_module(f"{__name__}.{module.name}")
