"""Addresses of campaigns, materials, shares and of the recipient's viewer; one module a part."""

from importlib import import_module
from pkgutil import iter_modules

urlpatterns = [
    pattern
    for module in sorted(iter_modules(__path__), key=lambda module: module.name)
    for pattern in import_module(f"{__name__}.{module.name}").urlpatterns
]
