"""Reports: an immutable query value in, one typed result out; rendered elsewhere as page, JSON or CSV."""
