"""What staff are told of: in the page, with a count in its head, and by mail as each of them wants it."""
