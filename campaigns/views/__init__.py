"""Pages of campaigns, materials and shares, and of their recipients; one module a part."""
