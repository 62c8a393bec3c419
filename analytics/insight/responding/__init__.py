"""How likely somebody is to respond: a calibrated probability with its reasons, from fields that may be used for it."""
