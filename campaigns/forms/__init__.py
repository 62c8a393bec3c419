"""Forms of campaigns, materials and shares; one module a part."""
